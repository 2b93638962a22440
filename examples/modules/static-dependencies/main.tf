locals {
  build_dir = coalesce(var.build_dir, "${path.root}/.build/${var.name}")
}

# Installs what requirements.txt names, for the Python of the runtime and not for the one that installs.
resource "terraform_data" "build" {
  triggers_replace = [filesha256(var.requirements), var.python_version]

  provisioner "local-exec" {
    # The file of requirements comes along: it tells what is in the volume, and a directory without any file cannot be packed.
    command = <<-SHELL
      rm -rf "$TARGET" && mkdir -p "$TARGET" && cp "$REQUIREMENTS" "$TARGET/requirements.txt" &&
      python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$TARGET" --requirement "$REQUIREMENTS" \
        --only-binary :all: --implementation cp --python-version ${var.python_version} --platform manylinux2014_x86_64
    SHELL

    environment = {
      REQUIREMENTS = abspath(var.requirements)
      TARGET       = abspath("${local.build_dir}/packages")
    }
  }
}

resource "aleph_volume" "packages" {
  # The id is unknown while the builder is planned to run, and so is the path: what it builds is hashed after it has run.
  source_dir = "${local.build_dir}/${terraform_data.build.id != "" ? "packages" : ""}"
  tags       = concat([var.name, "packages"], var.tags)

  lifecycle {
    create_before_destroy = true
  }
}

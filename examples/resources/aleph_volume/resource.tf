# Follows its latest version: other files in the directory amend it, and what mounts it keeps its item hash and URL.
resource "aleph_volume" "code" {
  source_dir = "${path.module}/app"
  excludes   = [".git", "__pycache__", "*.test.py"]

  lifecycle {
    create_before_destroy = true
  }
}

# Immutable: other files are another volume, and what names it names exactly one version. A zip, as `data` of a program has
# to be; what is mounted through `volumes` has to be a squashfs, which is the default.
resource "aleph_volume" "settings" {
  source_dir     = "${path.module}/settings"
  archive_format = "zip"
  use_latest     = false

  lifecycle {
    create_before_destroy = true
  }
}

# One file, kept on IPFS: `content_hash` is its CID.
resource "aleph_volume" "published" {
  source         = "${path.module}/app/main.py"
  storage_engine = "ipfs"
  tags           = ["published"]
}

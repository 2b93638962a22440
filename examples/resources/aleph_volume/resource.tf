# Follows its latest version: other files in the directory amend it, and what mounts it keeps its item hash and URL.
resource "aleph_volume" "code" {
  source_dir = "${path.module}/app"
  excludes   = [".git", "__pycache__", "*.test.py"]

  lifecycle {
    create_before_destroy = true
  }
}

# Immutable: another content is another volume, and what mounts it names exactly one version.
resource "aleph_volume" "settings" {
  content    = jsonencode({ greeting = "Hello" })
  use_latest = false

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

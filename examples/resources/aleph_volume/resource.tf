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

# Something that IPFS has already, kept by the network from now on.
resource "aleph_volume" "dataset" {
  file_hash      = "QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u"
  storage_engine = "ipfs"
  tags           = ["dataset"]
}

schema_version = 1

project {
  license          = "MPL-2.0"
  copyright_holder = "Aleph Cloud"

  # What others copy into their own work, and what is recorded or generated.
  header_ignore = [
    ".github/**",
    ".golangci.yml",
    ".goreleaser.yml",
    "docs/**",
    "examples/**",
    "templates/**",
    "tools/**",
    "**/testdata/**",
  ]
}

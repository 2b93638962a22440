# From an address as some wallets show it to what `address` takes.
output "owner" {
  value = provider::aleph::checksum_address("0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359")
}

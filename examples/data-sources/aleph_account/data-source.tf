# Of the provider's own address.
data "aleph_account" "own" {}

check "credits" {
  assert {
    condition     = data.aleph_account.own.credits > 1000000
    error_message = "Only ${data.aleph_account.own.credits} credits are left."
  }
}

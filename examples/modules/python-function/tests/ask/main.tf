# Asks a program, and fails unless it answers as expected. It needs curl.

variable "url" {
  description = "What to ask."
  type        = string
}

variable "answer" {
  description = "What the answer must contain."
  type        = string
}

resource "terraform_data" "answer" {
  input = var.url

  provisioner "local-exec" {
    # A compute node may need a while until it knows a program that was published just now.
    command = <<-SHELL
      said=$(curl --silent --show-error --fail --retry 30 --retry-delay 1 --retry-max-time 60 --retry-all-errors "$URL") || exit 1
      echo "$said"
      case "$said" in *"$ANSWER"*) ;; *) exit 1 ;; esac
    SHELL

    environment = {
      URL    = var.url
      ANSWER = var.answer
    }
  }
}

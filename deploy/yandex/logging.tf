# Logs of the functions and the gateway. No role lets them write: Yandex Cloud
# asks for none.

resource "yandex_logging_group" "rekey" {
  folder_id        = var.folder_id
  name             = var.name
  description      = "requests and errors of ${var.name}"
  retention_period = "${var.log_retention * 24}h0m0s"
}

resource "yandex_logging_group" "rekey" {
  folder_id        = var.folder_id
  name             = var.name
  description      = "rekey's functions and gateway"
  retention_period = var.log_retention
}

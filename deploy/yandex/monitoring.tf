# What to look at: a dashboard of Yandex Monitoring. docs/operations.md says what
# is normal. Queries are written with single quotes here and have double ones in
# Monitoring.

resource "yandex_monitoring_dashboard" "rekey" {
  count = var.dashboard ? 1 : 0

  folder_id   = var.folder_id
  name        = var.name
  title       = var.name
  description = "What is normal: docs/operations.md"

  dynamic "widgets" {
    for_each = module.derived.charts

    content {
      chart {
        chart_id       = "chart${widgets.key}"
        title          = widgets.value.title
        display_legend = true

        queries {
          dynamic "target" {
            for_each = widgets.value.queries

            content {
              query     = replace(target.value, "'", "\"")
              text_mode = true
            }
          }
        }

        visualization_settings {
          type = widgets.value.type
          yaxis_settings {
            left {
              min         = "0"
              unit_format = widgets.value.unit
            }
          }
        }
      }

      position { # two to a row
        x = widgets.key % 2 * 12
        y = floor(widgets.key / 2) * 8
        w = 12
        h = 8
      }
    }
  }
}

package deploy_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/monitoring/v3"
)

// metrics are those of Yandex Monitoring that the dashboard and the alerts
// use, with their labels beside folderId and service. Source: "Metric
// references" of its documentation.
var metrics = map[string]string{
	"api_gateway.requests_count_per_second":     "serverless-apigateway gateway path release operation code",
	"api_gateway.requests_latency_milliseconds": "serverless-apigateway gateway path release operation bin",
	"functions_errors":                          "serverless-functions resource_id version_id resource_type",
	"functions_finished":                        "serverless-functions resource_id version_id resource_type",
	"functions_inflight":                        "serverless-functions resource_id version_id resource_type",
	"functions_inits":                           "serverless-functions resource_id version_id resource_type",
	"functions_max_duration":                    "serverless-functions resource_id version_id resource_type",
	"functions_max_init_duration":               "serverless-functions resource_id version_id resource_type",
	"functions_max_memory":                      "serverless-functions resource_id version_id resource_type",
	"functions_max_queue_duration":              "serverless-functions resource_id version_id resource_type",
	"functions_started":                         "serverless-functions resource_id version_id resource_type",
	"functions_throttles":                       "serverless-functions resource_id version_id resource_type",
	"group.ingested_records_per_second":         "logging group status",
	"group.saved_records_per_second":            "logging group level",
	"key.active_versions_count":                 "lockbox secret",
	"key.payload_operations_rate":               "lockbox secret operation",
}

// chart is one of the dashboard.
type chart struct {
	Title, Unit, Type string
	Queries           []string
}

// alert is what is to be entered in Monitoring.
type alert struct{ Query, Compute, Window, Warning, Alarm string }

var selector = regexp.MustCompile(`'([a-z_.]+)'\{([^}]*)\}`)

// wantMetrics checks a query's metrics and their labels, all closed.
func wantMetrics(t *testing.T, where, query string) {
	t.Helper()
	found := selector.FindAllStringSubmatch(query, -1)
	if len(found) == 0 || strings.Count(query, "'")%2 != 0 || strings.Count(query, "(") != strings.Count(query, ")") {
		t.Errorf("%s: %s is no query", where, query)
	}
	for _, f := range found {
		labels := strings.Fields("folderId service " + metrics[f[1]])
		for _, pair := range strings.Split(f[2], ", ") {
			name, value, _ := strings.Cut(pair, "=")
			if len(labels) < 3 || !slices.Contains(labels, name) || value == "''" || name == "service" && value != "'"+
				labels[2]+"'" {
				t.Errorf("%s: metric %s has no label %s, or there is no such metric", where, f[1], pair)
			}
		}
	}
}

// TestDashboard: every chart asks for metrics that there are, in units that
// there are.
func TestDashboard(t *testing.T) {
	for name, want := range map[string]int{"iam": 8, "literal": 11} {
		charts := yandex.must(t, name).Charts
		if len(charts) != want {
			t.Errorf("%s: there are %d charts, want %d", name, len(charts), want)
		}
		for _, c := range charts {
			_, unit := monitoring.UnitFormat_value[c.Unit]
			_, kind := monitoring.ChartWidget_VisualizationSettings_VisualizationType_value[c.Type]
			if !unit || !kind {
				t.Errorf("%s: there is no such unit or kind of chart: %+v", c.Title, c)
			}
			for _, query := range c.Queries {
				wantMetrics(t, c.Title, query)
			}
		}
	}
}

// TestAlerts: every alert is in the document, with the same thresholds, and
// the other way round.
func TestAlerts(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range regexp.MustCompile(
		"(?m)^\\| `([a-z-]+)` \\| ((?:Average|Maximum)[^|]*\\|[^|]*\\|[^|]*)\\|").FindAllStringSubmatch(string(text),
		-1) {
		documented[row[1]] = strings.TrimSpace(row[2])
	}
	alerts := yandex.must(t, "literal").Alerts
	for name, a := range alerts {
		wantMetrics(t, name, a.Query)
		if want := fmt.Sprintf("%s, %s | %s | %s", a.Compute, a.Window, a.Warning, a.Alarm); documented[name] != want {
			t.Errorf("%s: docs/operations.md says %q, and alerts.tf %q", name, documented[name], want)
		}
	}
	if len(alerts) != len(documented) || len(alerts) < 13 {
		t.Errorf("docs/operations.md has %d alerts, alerts.tf %d", len(documented), len(alerts))
	}
	if without := yandex.must(t, "iam").Alerts; len(without) != 8 {
		t.Errorf("without a gateway there are %d alerts, want 8", len(without))
	}
}

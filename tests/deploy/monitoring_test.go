package deploy_test

import (
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

// alert is an alert to enter in Monitoring.
type alert struct{ Query, Compute, Window, Warning, Alarm, Meaning string }

var selector = regexp.MustCompile(`'([a-z_.]+)'\{([^}]*)\}`)

// wantMetrics checks a query's metrics and their labels, all closed.
func wantMetrics(t *testing.T, where, query string) {
	t.Helper()
	found := selector.FindAllStringSubmatch(query, -1)
	if len(found) == 0 || strings.Count(query, "'")%2 != 0 || strings.Count(query, "(") != strings.Count(query, ")") {
		t.Errorf("%s: %s is not a query", where, query)
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

// TestAlerts: every alert has what the console asks for, of metrics that there
// are, and says what it means.
func TestAlerts(t *testing.T) {
	alerts := yandex.must(t, "literal").Alerts
	compute, window := regexp.MustCompile(`^(Average|Maximum)$`), regexp.MustCompile(`^\d+[mh]$`)
	threshold := regexp.MustCompile(`^> [0-9.]+$|^none$`)
	for name, a := range alerts {
		wantMetrics(t, name, a.Query)
		if !compute.MatchString(a.Compute) || !window.MatchString(a.Window) || !threshold.MatchString(a.Warning) ||
			!threshold.MatchString(a.Alarm) || a.Warning == a.Alarm {
			t.Errorf("%s: cannot be entered: %+v", name, a)
		}
		if len(a.Meaning) < 20 {
			t.Errorf("%s says only %q of what it means", name, a.Meaning)
		}
	}
	if len(alerts) < 13 {
		t.Errorf("there are %d alerts, want 13", len(alerts))
	}
	if without := yandex.must(t, "iam").Alerts; len(without) != 8 {
		t.Errorf("without a gateway there are %d alerts, want 8", len(without))
	}
}

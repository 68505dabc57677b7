package deploy_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/monitoring/v3"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
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

// monitored are the locals of monitoring.tf and alerts.tf, where there is a
// gateway and where there is none.
func monitored(t *testing.T, gateways int) map[string]cty.Value {
	t.Helper()
	object := func(name, value string) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{name: cty.StringVal(value)})
	}
	known := map[string]cty.Value{"key_ids": cty.TupleVal([]cty.Value{cty.StringVal("e6q1"), cty.StringVal("e6q2")})}
	gateway := make([]cty.Value, gateways)
	for i := range gateway {
		gateway[i] = object("id", "d5d1")
	}
	scope := &hcl.EvalContext{
		Variables: map[string]cty.Value{
			"var": object("folder_id", "b1g1"),
			"yandex_function": cty.ObjectVal(
				map[string]cty.Value{"operation": cty.ObjectVal(map[string]cty.Value{"encrypt": object("id", "d4e1"),
					"decrypt": object("id", "d4e2")})}),
			"yandex_logging_group": cty.ObjectVal(map[string]cty.Value{"rekey": object("name", "rekey")}),
			"yandex_api_gateway":   cty.ObjectVal(map[string]cty.Value{"rekey": cty.TupleVal(gateway)}),
		},
		Functions: map[string]function.Function{
			"join": stdlib.JoinFunc, "concat": stdlib.ConcatFunc, "flatten": stdlib.FlattenFunc,
			"merge": stdlib.MergeFunc,
		},
	}
	unknown := map[string]hcl.Expression{}
	for _, file := range []string{"../../deploy/yandex/monitoring.tf", "../../deploy/yandex/alerts.tf"} {
		for name, e := range localsOf(t, file) {
			unknown[name] = e
		}
	}
	for before := -1; len(unknown) > 0 && before != len(unknown); { // until no more of them has a value
		before = len(unknown)
		scope.Variables["local"] = cty.ObjectVal(known)
		for name, e := range unknown {
			if v, problems := e.Value(scope); !problems.HasErrors() {
				known[name] = v
				delete(unknown, name)
			}
		}
	}
	for name, e := range unknown {
		_, problems := e.Value(scope)
		t.Fatalf("local.%s: %v", name, problems)
	}
	return known
}

func localsOf(t *testing.T, file string) map[string]hcl.Expression {
	t.Helper()
	f, problems := hclparse.NewParser().ParseHCLFile(file)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	content, _, _ := f.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "locals"}}})
	all := map[string]hcl.Expression{}
	for _, block := range content.Blocks {
		attributes, problems := block.Body.JustAttributes()
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		for name, a := range attributes {
			all[name] = a.Expr
		}
	}
	return all
}

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
	for gateways, want := range []int{8, 11} {
		charts := monitored(t, gateways)["charts"].AsValueSlice()
		if len(charts) != want {
			t.Errorf("with %d gateways there are %d charts, want %d", gateways, len(charts), want)
		}
		for _, chart := range charts {
			title := chart.GetAttr("title").AsString()
			_, unit := monitoring.UnitFormat_value[chart.GetAttr("unit").AsString()]
			_, kind := monitoring.ChartWidget_VisualizationSettings_VisualizationType_value[chart.GetAttr(
				"type").AsString()]
			if !unit || !kind {
				t.Errorf("%s: there is no such unit or kind of chart: %#v", title, chart)
			}
			for _, query := range chart.GetAttr("queries").AsValueSlice() {
				wantMetrics(t, title, query.AsString())
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
	alerts := monitored(t, 1)["alerts"].AsValueMap()
	for name, alert := range alerts {
		a := func(field string) string { return alert.GetAttr(field).AsString() }
		wantMetrics(t, name, a("query"))
		if want := fmt.Sprintf("%s, %s | %s | %s", a("compute"), a("window"), a("warning"),
			a("alarm")); documented[name] != want {
			t.Errorf("%s: docs/operations.md says %q, and alerts.tf %q", name, documented[name], want)
		}
	}
	if len(alerts) != len(documented) || len(alerts) < 13 {
		t.Errorf("docs/operations.md has %d alerts, alerts.tf %d", len(documented), len(alerts))
	}
	if without := monitored(t, 0)["alerts"].LengthInt(); without != 8 {
		t.Errorf("without a gateway there are %d alerts, want 8", without)
	}
}

package functions_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-C", "../.."}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// TestDeps: what a function never links.
func TestDeps(t *testing.T) {
	deps := goList(t, "-deps", "-tags", "ycf", "./functions/...")
	if len(deps) < 50 {
		t.Fatalf("only %d packages: %v", len(deps), deps)
	}
	for _, dep := range deps {
		for _, never := range []string{"github.com/aws/aws-lambda-go", "github.com/spf13/cobra",
			"rekey/shared/keyadmin", "rekey/shared/store/file/admin", "rekey/shared/boot/admin", "rekey/cmd", "plugin",
			"testing"} {
			if dep == never || strings.HasPrefix(dep, never+"/") {
				t.Errorf("the functions link %s", dep)
			}
		}
	}
}

// TestHandlerAlone: what Yandex Cloud Functions build of a function is its
// handler, with no func main.
func TestHandlerAlone(t *testing.T) {
	for name := range operations {
		if files := goList(t, "-tags", "ycf", "-f", `{{join .GoFiles " "}}`, "./functions/"+name); len(files) != 1 ||
			files[0] != "handler.go" {
			t.Errorf("%s is built of %v", name, files)
		}
	}
}

// TestNothingShipsPlugin: a program that can open plugins is linked
// dynamically and is larger. The host that runs them only on this machine
// may, and nothing that ships links what runs functions.
func TestNothingShipsPlugin(t *testing.T) {
	for _, tags := range []string{"", "ycf", "lambda.norpc"} {
		for _, dep := range goList(t, "-deps", "-tags", tags, "./cmd/...", "./functions/...") {
			if dep == "plugin" || strings.Contains(dep, "testdata") || strings.HasPrefix(dep, "rekey/deploy") {
				t.Errorf("with the tags %q, what ships links %s", tags, dep)
			}
		}
		may := goList(t, "-tags", tags, "-f", `{{$p := .}}{{range .Imports}}{{if eq . `+
			`"plugin"}}{{$p.ImportPath}}{{end}}{{end}}`, "./...")
		if !slices.Equal(may, []string{"rekey/deploy/local/platform/host"}) {
			t.Errorf("with the tags %q, these import plugin: %v", tags, may)
		}
	}
}

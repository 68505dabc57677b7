package repo

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows is who may import whom, inside the module (docs/architecture.md).
// Data flows one way; the drivers and the platforms stay outside the core.
var arrows = map[string]string{
	"shared/key":                        "",
	"shared/strictjson":                 "",
	"shared/system":                     "",
	"shared/secretfile":                 "plain system",
	"shared/folder":                     "system",
	"shared/answer":                     "",
	"shared/plain":                      "",
	"shared/api":                        "key",
	"shared/ciphertext":                 "key strictjson",
	"shared/aead":                       "key",
	"shared/keyring":                    "key aead",
	"shared/pipeline":                   "api",
	"shared/identity":                   "api",
	"shared/requestlog":                 "key api pipeline",
	"shared/manage":                     "key api keyadmin pipeline",
	"shared/kms":                        "key api pipeline ciphertext aead keyring",
	"shared/rest":                       "key api identity pipeline ciphertext strictjson",
	"shared/event":                      "api rest strictjson",
	"shared/server":                     "api rest system",
	"shared/client":                     "key api",
	"shared/config":                     "key identity requestlog",
	"shared/lossy":                      "",
	"shared/ending":                     "",
	"shared/store/file/internal/sealed": "",
	"shared/store/file/passphrase":      "plain secretfile store/file/internal/sealed",
	"shared/store/file/passphrase/passphrasetest": "store/file/internal/sealed",
	"shared/store/file/internal/keyfile":          "key aead plain secretfile strictjson store/file/passphrase",
	"shared/store/file":                           "key keyring store/file/internal/keyfile store/file/passphrase",
	"shared/store/lockbox/internal/cloud":         "secretfile",
	"shared/store/lockbox/internal/payload":       "key aead",
	"shared/store/lockbox": "key aead keyring store/lockbox/internal/payload " +
		"store/lockbox/internal/cloud",
	"shared/store/lockbox/admin": "key aead keyadmin store/lockbox store/lockbox/internal/payload " +
		"store/lockbox/internal/cloud plain",
	"shared/keyadmin":         "key aead strictjson",
	"shared/store/file/admin": "key aead folder keyadmin store/file/internal/keyfile store/file/passphrase",
	"shared/store/storetest":  "key aead keyring keyadmin",
	"shared/rest/resttest":    "", // a caller: it shares nothing with what it judges
	"shared/internal/vectors": "key",
	"shared/internal/heap":    "",
	"shared/slow":             "", // which tests are left out of an ordinary run
	"shared/boot": "config identity keyring kms pipeline requestlog rest store/file " +
		"store/file/passphrase store/lockbox",
	"shared/boot/admin": "config keyadmin manage store/file/admin store/file/passphrase store/lockbox " +
		"store/lockbox/admin",
	"shared/lambda": "boot event",

	"cmd/rekey": "rekey/about rekey/cli rekey/crypto rekey/inspect rekey/keyring rekey/keys " +
		"rekey/process rekey/serve",
	"cmd/rekey/internal/exit":     "api client keyadmin keyring boot/admin store/file/passphrase",
	"cmd/rekey/internal/process":  "ending",
	"cmd/rekey/internal/terminal": "rekey/exit rekey/process ending plain store/file/passphrase",
	"cmd/rekey/internal/cli":      "rekey/exit rekey/process answer config key plain strictjson",
	"cmd/rekey/internal/show":     "key keyadmin plain strictjson",
	"cmd/rekey/internal/message":  "rekey/exit rekey/process rekey/terminal answer config folder keyadmin",
	"cmd/rekey/internal/settings": "rekey/cli rekey/exit rekey/show rekey/terminal boot boot/admin config key " +
		"keyadmin kms pipeline plain store/file/admin store/file/passphrase",
	// A group of commands imports what is above, and no other group.
	"cmd/rekey/internal/about":   "rekey/cli rekey/exit rekey/show config",
	"cmd/rekey/internal/inspect": "rekey/cli rekey/message rekey/show ciphertext key keyadmin",
	"cmd/rekey/internal/serve": "rekey/cli rekey/exit rekey/process rekey/settings rekey/show boot boot/admin config " +
		"identity manage " +
		"key keyadmin lossy plain requestlog rest server",
	"cmd/rekey/internal/keys": "rekey/cli rekey/exit rekey/message rekey/process rekey/settings rekey/show " +
		"rekey/terminal aead boot/admin config key keyadmin plain",
	"cmd/rekey/internal/keyring": "rekey/cli rekey/exit rekey/message rekey/process rekey/settings rekey/show " +
		"rekey/terminal boot config keyadmin plain store/file/admin store/file/passphrase",
	"cmd/rekey/internal/crypto": "rekey/cli rekey/exit rekey/message rekey/settings api boot ciphertext client " +
		"config key keyadmin kms pipeline rest secretfile store/file/passphrase",

	"functions/encrypt":   "boot event lambda",
	"functions/decrypt":   "boot event lambda",
	"functions/reencrypt": "boot event lambda",
	"functions/datakey":   "boot event lambda",
	"functions/all":       "boot event lambda",

	"deploy/build": "", // the archives, made as the platforms want them
	"deploy/pack":  "deploy/build",
	// runs Terraform on what needs no provider, and reads the rest
	"deploy/local/terraform":     "",
	"deploy/local/platform":      "",                      // runs functions as the platforms do
	"deploy/local/platform/host": "",                      // opens plugins, and imports only the standard library
	"deploy/local/gateway":       "deploy/local/platform", // HTTP in front of functions, driven by an OpenAPI document
	"deploy/local/stage": "ending answer key keyadmin plain store/lockbox store/lockbox/admin " +
		"deploy/local/lockboxtest deploy/local/extensiontest " +
		"deploy/build deploy/local/gateway deploy/local/platform deploy/local/terraform", // all of it on this machine
	// proves a deployment
	"deploy/smoke": "ending answer key api rest config boot/admin store/lockbox store/lockbox/admin",

	"deploy/local/extensiontest": "",
	"deploy/local/lockboxtest":   "plain",
	"deploy/local/lockbox":       "deploy/local/lockboxtest",

	"tests/deploy":    "", // of the documents
	"tests/functions": "", // as their platforms run them
	"tests/repo":      "", // what holds for all of it
}

// only is who may import a library: paths begin with one of these.
var only = map[string]string{
	"github.com/go-json-experiment/json":   "rekey/shared/strictjson",
	"github.com/kelseyhightower/envconfig": "rekey/shared/config",
	"github.com/aws/aws-lambda-go":         "rekey/shared/lambda rekey/deploy/local/gateway",
	"github.com/spf13/cobra":               "rekey/cmd/rekey",
	"filippo.io/age":                       "rekey/shared/store/file/internal/sealed",
	"github.com/segmentio/asm":             "rekey/shared/rest",
	"golang.org/x/term":                    "rekey/cmd/rekey",
	"github.com/getkin/kin-openapi":        "rekey/deploy",
	"github.com/hashicorp/hcl/v2":          "rekey/deploy/local/terraform",

	"github.com/yandex-cloud/go-sdk/v2": "rekey/shared/store/lockbox",
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox": "rekey/shared/store/lockbox " +
		"rekey/deploy/local/lockboxtest",
}

// goList runs go list and returns its lines.
func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list %s: %v", strings.Join(args, " "), err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// inside names an import of the module's own as arrows does: without shared/, and
// a package of the command as rekey/NAME.
func inside(path string) (name string, ok bool) {
	name, ok = strings.CutPrefix(path, "rekey/")
	return strings.TrimPrefix(strings.Replace(name, "cmd/rekey/internal/", "rekey/", 1), "shared/"), ok
}

func TestArrows(t *testing.T) {
	top()
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		words := strings.Fields(line)
		from, ok := strings.CutPrefix(words[0], "rekey/")
		allowed, known := arrows[from]
		if !ok || !known {
			t.Errorf("%s is in no drawing: add it to arrows and to docs/architecture.md", words[0])
		}
		for _, to := range words[1:] {
			if inner, ok := inside(to); ok && !slices.Contains(strings.Fields(allowed), inner) {
				t.Errorf("%s imports %s: an arrow that is in no drawing", words[0], to)
			}
			for library, importers := range only {
				may := func(importer string) bool { return strings.HasPrefix(words[0], importer) }
				if (to == library || strings.HasPrefix(to, library+"/")) &&
					!slices.ContainsFunc(strings.Fields(importers), may) {
					t.Errorf("%s imports %s, which only %s may", words[0], to, importers)
				}
			}
		}
	}
}

// TestFunctionsLinkLittle: what a function links in the cloud has nothing that
// changes keys, no command line, no loop of another platform, and stays small.
func TestFunctionsLinkLittle(t *testing.T) {
	top()
	deps := goList(t, "-deps", "-tags", "ycf", "./functions/encrypt", "./functions/decrypt", "./functions/reencrypt",
		"./functions/datakey", "./functions/all")
	for _, dep := range deps {
		for _, never := range []string{"rekey/shared/keyadmin", "rekey/shared/manage", "rekey/shared/folder",
			"rekey/shared/store/file/admin",
			"rekey/shared/boot/admin", "rekey/shared/server",
			"rekey/shared/client", "rekey/deploy",
			"github.com/aws/aws-lambda-go", "github.com/spf13/", "plugin", "testing"} {
			if dep == never || strings.HasPrefix(dep, strings.TrimSuffix(never, "/")+"/") {
				t.Errorf("a function links %s", dep)
			}
		}
	}
	outside := slices.DeleteFunc(deps, func(d string) bool { return !strings.Contains(strings.Split(d, "/")[0], ".") })
	// packages from other modules: each is built in the cloud with half a core. gRPC and the part of the SDK of Yandex
	// Cloud that is linked bring most of them.
	const most = 150
	if len(outside) > most {
		t.Errorf("functions link %d packages of other modules, at most %d: %v", len(outside), most, outside)
	}
}

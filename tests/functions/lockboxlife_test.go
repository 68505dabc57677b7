package functions_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/api"
)

// keeper is the command over Lockbox, as the administrator runs it.
type keeper struct {
	program string
	env     []string
}

// rekey runs the command and returns its JSON document.
func (k *keeper) rekey(t *testing.T, args ...string) (doc struct {
	ID             string `json:"id"`
	PrimaryVersion struct {
		ID string `json:"id"`
	} `json:"primaryVersion"`
}) {
	t.Helper()
	c, stdout, stderr := clean(t, k.program, append(args, "--store", "lockbox", "--json"), k.env)
	if err := c.Run(); err != nil {
		t.Fatalf("rekey %v: %v: %s", args, err, stderr)
	}
	if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil || stderr.Len() > 0 {
		t.Fatalf("rekey %v: %v: %s%s", args, err, stdout, stderr)
	}
	return doc
}

// TestLockboxLife is the life of a key, with every part a real one: the command
// creates it, functions use it, the command rotates it, what was encrypted
// before still opens, and taking the role away ends it within the TTL.
func TestLockboxLife(t *testing.T) {
	t.Parallel()
	lb, _, _, env := mustLockbox(t)
	const administrator = "ajeadministrator0000"
	lb.Grant(administrator, lockboxtest.Admin, lockboxtest.DefaultFolder)
	at := "http://" + lb.Addr()
	k := &keeper{mustBuild(t, "rekey"), []string{
		"REKEY_FOLDER_ID=" + lockboxtest.DefaultFolder, "REKEY_IAM_TOKEN=" + lb.Token(administrator),
		"REKEY_LOCKBOX_ENDPOINT=" + at, "REKEY_SECRETS_ENDPOINT=" + at, "REKEY_OPERATION_ENDPOINT=" + at,
	}}
	created := k.rekey(t, "keys", "create", "--name", "orders")
	lb.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.PayloadViewer, created.ID)

	ttl := 300 * time.Millisecond
	env = append(env, "REKEY_CACHE_TTL="+ttl.String(), "REKEY_KEYS="+created.ID)
	encrypts, decrypts := mustInit(t, "encrypt", env...), mustInit(t, "decrypt", env...)
	encrypt := func() answer {
		return encrypts.call(t, fmt.Sprintf(`{"keyId":%q,"plaintext":"aGVsbG8="}`, created.ID))
	}
	before := encrypt()
	if before.text("versionId") != created.PrimaryVersion.ID {
		t.Fatalf("a new key: got %s, want version %s", before.raw, created.PrimaryVersion.ID)
	}
	decrypt := func() answer {
		return decrypts.call(t, fmt.Sprintf(`{"keyId":%q,"ciphertext":%q}`, created.ID, before.text("ciphertext")))
	}

	rotated := k.rekey(t, "keys", "rotate", "orders")
	time.Sleep(ttl)
	if a := encrypt(); a.text("versionId") != rotated.PrimaryVersion.ID ||
		rotated.PrimaryVersion.ID == created.PrimaryVersion.ID {
		t.Errorf("after the rotation to %s: got %s", rotated.PrimaryVersion.ID, a.raw)
	}
	if a := decrypt(); a.text("plaintext") != "aGVsbG8=" {
		t.Errorf("what was encrypted before: got %s", a.raw)
	}

	lb.Revoke(lockboxtest.DefaultServiceAccount, lockboxtest.PayloadViewer, created.ID)
	time.Sleep(ttl)
	for name, a := range map[string]answer{"encrypt": encrypt(), "decrypt": decrypt()} {
		if a.code() != api.NotFound {
			t.Errorf("%s without the role: got %s", name, a.raw)
		}
	}
	decrypts.end()
	if log := decrypts.log.String(); !strings.Contains(log, "lockbox.payloadViewer") {
		t.Errorf("the log does not name the role: %s", log)
	}
}

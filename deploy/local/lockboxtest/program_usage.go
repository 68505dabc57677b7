package lockboxtest

import (
	"fmt"
	"os"
	"path/filepath"

	"rekey/shared/plain"
)

// writeFiles writes what a client wants as a file.
func (p *program) writeFiles() error {
	if p.dir == "" {
		return nil
	}
	key, err := p.server.AccountKey(DefaultServiceAccount)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(p.dir, "key.json"), key, 0o600); err != nil {
		return err
	}
	if ca := p.server.CA(); ca != nil {
		return os.WriteFile(filepath.Join(p.dir, "ca.pem"), ca, 0o644)
	}
	return nil
}

// usage is what a client needs.
func (p *program) usage() {
	fmt.Fprintf(p.out, "gRPC       %s: Lockbox, operations, IAM, endpoints\n", p.server.Addr())
	fmt.Fprintf(p.out, "metadata   YC_METADATA_ADDR=%s\n", p.server.MetadataAddr())
	fmt.Fprintf(p.out, "folder     %s\n", DefaultFolder)
	fmt.Fprintf(p.out, "account    %s, %s of the folder\n", DefaultServiceAccount, Admin)
	fmt.Fprintf(p.out, "IAM token  %s\n", p.server.Token(DefaultServiceAccount))
	if p.dir != "" {
		fmt.Fprintf(p.out, "key        %s\n", filepath.Join(p.dir, "key.json"))
	}
	if p.server.CA() != nil {
		fmt.Fprintf(p.out, "CA         %s\n", filepath.Join(p.dir, "ca.pem"))
	}
	p.forRekey()
}

// forRekey is the environment of rekey, ready to be pasted.
func (p *program) forRekey() {
	at, trust := "http://"+p.server.Addr(), ""
	if p.server.CA() != nil {
		at, trust = p.server.Addr(), " SSL_CERT_FILE="+plain.Shell(filepath.Join(p.dir, "ca.pem"))
	}
	at = plain.Shell(at)
	fmt.Fprintf(p.out, "\nFor rekey, in another terminal:\n")
	fmt.Fprintf(p.out, "export REKEY_STORE=lockbox REKEY_FOLDER_ID=%s REKEY_IAM_TOKEN=%s\n", DefaultFolder,
		p.server.Token(DefaultServiceAccount))
	fmt.Fprintf(p.out, "export REKEY_LOCKBOX_ENDPOINT=%[1]s REKEY_SECRETS_ENDPOINT=%[1]s "+
		"REKEY_OPERATION_ENDPOINT=%[1]s%[2]s\n", at, trust)
}

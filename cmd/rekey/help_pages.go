package main

// pages have the examples of all commands, in the order of a tour: a test runs
// them one after the other in an empty folder with a file called letter.txt, and
// a Lockbox.
var pages = []page{
	{"", "", []string{
		"rekey keys create --name orders",
		"rekey serve",
	}},
	{"keys", "", []string{"rekey keys list"}},
	{"keys create", `Create a key with a first version, which is its primary, and the keyring if
there is none in the default place, or elsewhere with --create. Encrypt needs
no more than the key's id or name. In Lockbox the key is a secret, whose
material Lockbox makes and nobody sees, unless it is to be local: then it is
made here, and sent there.`, []string{
		"rekey keys create --id invoices",
		"rekey keys create --name 'archive 2027' --algorithm AES_128",
		"rekey keys create --name payments --store lockbox",
	}},
	{"keys list", `List the keys, the oldest first, with their status and primary version.
Material is never shown.`, []string{
		"rekey keys list",
		"rekey keys list --json",
		"rekey keys list --store lockbox",
	}},
	{"keys get", `Show one key, as list does.`, []string{"rekey keys get orders"}},
	{"keys rotate", "", []string{
		"rekey keys rotate orders",
		"rekey keys rotate orders --algorithm AES_256",
		"rekey keys rotate payments --store lockbox --material local",
	}},
	{"keys versions", `List the versions of a key, the oldest first: which is the primary, which are
scheduled for destruction and when, which are destroyed.`, []string{"rekey keys versions orders"}},
	{"keys import", "", []string{
		"head -c 32 /dev/urandom | rekey keys import --id invoices --version-id v2 --algorithm AES_256 --format raw",
		"openssl rand -hex 32 | rekey keys import --id imported --version-id v1 --algorithm AES_256 --format hex",
	}},
	{"keys schedule-destruction", "", []string{
		"rekey keys schedule-destruction invoices v2 --servers-window 10m",
		"rekey keys schedule-destruction imported v1 --pending 30d # refused: it is the primary",
	}},
	{"keys cancel-destruction", `Make a version ACTIVE again that is scheduled for destruction: it decrypts what
it encrypted. A version that is destroyed only a backup of the keyring brings
back.`, []string{"rekey keys cancel-destruction invoices v2"}},
	{"keys set-primary", `Encrypt with this version of the key from now on; it must be ACTIVE. What other
versions encrypted still decrypts. That is also the way back after a rotation.`, []string{"rekey keys set-primary invoices v2"}},
	{"keys disable", `Make a key neither encrypt nor decrypt, with all its versions, until it is
enabled again. Nothing is lost.`, []string{"rekey keys disable invoices"}},
	{"keys enable", `Let a disabled key encrypt and decrypt again. It undoes the part of delete that
disables a key; its versions take cancel-destruction.`, []string{"rekey keys enable invoices"}},
	{"keys check", "", []string{
		"rekey keys check --store lockbox",
		"rekey keys check payments --store lockbox --json",
	}},
	{"encrypt", "", []string{
		"rekey encrypt --key orders --in letter.txt --out letter.rky",
		"echo secret | rekey encrypt --key orders --aad customer=42 --base64 > secret.txt",
	}},
	{"inspect", "", []string{
		"rekey inspect letter.rky",
		"rekey inspect --json < secret.txt",
	}},
	{"decrypt", "", []string{
		"rekey decrypt --in letter.rky",
		"rekey decrypt --aad customer=42 < secret.txt",
	}},
	{"reencrypt", "", []string{
		"rekey reencrypt --key orders --in letter.rky --out letter.rky",
		"rekey reencrypt --key invoices --aad customer=42 --source-aad customer=42 --base64 --in secret.txt --out secret.txt",
		"rekey reencrypt --store lockbox --key payments --source-store file --source-key orders --in letter.rky --out letter.moved",
	}},
	{"datakey", "", []string{
		"rekey datakey --key orders --out file.key.rky --plaintext-out file.key",
		"rekey decrypt --key orders --in file.key.rky | cmp - file.key",
	}},
	{"keyring", "", []string{"rekey keyring check"}},
	{"keyring backup", "", []string{"rekey keyring backup keyring.backup"}},
	{"keyring check", "", []string{
		"rekey keyring check",
		"rekey keyring check --keyring keyring.backup",
	}},
	{"keyring restore", "", []string{"rekey keyring restore keyring.backup"}},
	{"keyring repair", "", []string{"rekey keyring repair"}},
	{"keyring passphrase", "", []string{
		"(umask 077; openssl rand -base64 18 > phrase)",
		"rekey keyring passphrase --new-passphrase-file phrase",
		"rekey keyring passphrase --passphrase-file phrase --remove",
	}},
	{"keys delete", "", []string{
		"rekey keys delete imported --yes",
		"rekey keys delete 'archive 2027' # asks for its id first",
		"rekey keys delete payments --store lockbox --now --yes",
	}},
	{"serve", "", []string{
		"rekey serve",
		"rekey serve --addr 127.0.0.1:9000 --keyring test.json --create",
		"rekey serve --store lockbox",
		"rekey serve --log-requests failed",
	}},
	{"ping", "", []string{"rekey ping --addr 127.0.0.1:9000 # fails: nobody listens"}},
	{"version", "", []string{
		"rekey version",
		"rekey version --json",
	}},
	{"completion", "", []string{
		"source <(rekey completion bash)",
		"rekey completion zsh > _rekey",
	}},
	{"help", `Help about any command: rekey help keys rotate is rekey keys rotate --help.`, []string{"rekey help keys rotate"}},
}

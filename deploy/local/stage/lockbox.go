package main

import (
	"context"
	"strings"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/key"
	"rekey/shared/store/lockbox"
	"rekey/shared/store/lockbox/admin"
)

// administrator manages the stage's keys.
const administrator = "ajestageadmin0000000"

// startLockbox starts a Lockbox without secrets, in which the metadata service
// is that of the functions' service account.
func (s *stage) startLockbox(context.Context) (err error) {
	s.lockbox, err = lockboxtest.Start(
		lockboxtest.Options{Behavior: lockboxtest.Behavior{Instance: account("functions")}})
	if err == nil {
		s.lockbox.Grant(administrator, lockboxtest.Admin, lockboxtest.DefaultFolder)
	}
	return err
}

// grant gives the role that Terraform gives, and no other.
func (s *stage) grant(context.Context) error {
	for _, id := range s.plan.Secrets {
		s.lockbox.Grant(account("functions"), s.literal("yandex_lockbox_secret_iam_member.functions", "role"), id)
	}
	return nil
}

// makeVersions does what the output first_versions says.
func (s *stage) makeVersions(ctx context.Context) error {
	a, err := s.admin()
	if err != nil {
		return err
	}
	defer a.Close()
	for _, k := range s.keys {
		if _, err := a.Rotate(ctx, key.ID(k.id), 0); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) admin() (*admin.Admin, error) {
	at := lockbox.Endpoint("http://" + s.lockbox.Addr())
	return admin.New(admin.Options{Endpoint: at, SecretsEndpoint: at, OperationEndpoint: at, IAMEndpoint: at,
		FolderID:    lockboxtest.DefaultFolder,
		Credentials: lockbox.Credentials{Token: s.lockbox.Token(administrator)}})
}

// adminEnv is the environment with which `rekey keys` manages the stage's keys;
// between its lines stands sep.
func (s *stage) adminEnv(sep string) string {
	at := "http://" + s.lockbox.Addr()
	return strings.Join([]string{
		"REKEY_STORE=lockbox REKEY_FOLDER_ID=" + lockboxtest.DefaultFolder + " REKEY_IAM_TOKEN=" +
			s.lockbox.Token(administrator),
		"REKEY_LOCKBOX_ENDPOINT=" + at + " REKEY_SECRETS_ENDPOINT=" + at + " REKEY_OPERATION_ENDPOINT=" + at,
		strings.Join(s.bounds, " "),
	}, "\n"+sep)
}

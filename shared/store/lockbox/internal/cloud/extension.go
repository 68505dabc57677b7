package cloud

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"syscall"
)

// The extension's environment and what it expects of us:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
const (
	extensionLayer    = "AWS-Parameters-and-Secrets-Lambda-Extension"
	extensionPort     = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT" // a variable; 2773 if it is unset
	extensionToken    = "X-Aws-Parameters-Secrets-Token"         // a header, with AWS_SESSION_TOKEN
	extensionNotReady = "not ready to serve traffic"             // it says so with 400, until the first event
	// maxSecretAnswer is more than any secret's answer, in bytes: 64 KiB is the
	// most that a secret holds, and JSON may write a byte as six.
	maxSecretAnswer = 512 << 10
)

// readSecret returns the text of a secret of AWS Secrets Manager, which the AWS
// Parameters and Secrets Lambda Extension reads for us in the name of the
// function's role. So no SDK of AWS is linked for one call.
func readSecret(ctx context.Context, id string) ([]byte, error) {
	r, err := secretRequest(ctx, id)
	if err != nil {
		return nil, err
	}
	answer, err := extensionClient.Do(r)
	if err != nil {
		return nil, notReached(id, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxSecretAnswer))
	defer clear(body)
	switch {
	case err != nil:
		return nil, fmt.Errorf("asking for the secret %q: %w", id, err)
	case answer.StatusCode != http.StatusOK:
		return nil, secretError(id, answer, body)
	}
	var value struct{ SecretString string }
	if err := json.Unmarshal(body, &value); err != nil || value.SecretString == "" {
		return nil, refusal(fmt.Sprintf("the secret %q of AWS Secrets Manager has no text: put the key there with "+
			"--secret-string", id))
	}
	return []byte(value.SecretString), nil
}

func secretRequest(ctx context.Context, id string) (*http.Request, error) {
	port, session := cmp.Or(os.Getenv(extensionPort), "2773"), os.Getenv("AWS_SESSION_TOKEN")
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return nil, refusal(fmt.Sprintf("%s is %q: want a port", extensionPort, port))
	}
	if session == "" {
		return nil, refusal(fmt.Sprintf("the secret %q cannot be asked for: AWS_SESSION_TOKEN is not set, so this is "+
			"not an AWS Lambda function", id))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost:"+port+"/secretsmanager/get?secretId="+
		url.QueryEscape(id), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set(extensionToken, session)
	return r, nil
}

// notReached leaves out the address, which has the secret's name once more.
func notReached(id string, err error) error {
	var asking *url.Error
	if errors.As(err, &asking) {
		err = asking.Err
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("asking for the secret %q: %w: is the layer %s part of this function?", id, err,
			extensionLayer)
	}
	return fmt.Errorf("asking for the secret %q: %w", id, err)
}

// secretError says why there is no secret, as far as that is known: the
// extension answers 400 and the same words to whatever goes wrong behind it,
// and writes the reason into the log. Only what is surely a refusal is one.
// The answer is not repeated, but for the name of an exception.
func secretError(id string, answer *http.Response, body []byte) error {
	if bytes.Contains(body, []byte(extensionNotReady)) {
		return fmt.Errorf("asking for the secret %q: the layer %s is not ready yet", id, extensionLayer)
	}
	what := answer.Status
	if name := exception.Find(body); name != nil {
		what += ", " + string(name)
	}
	err := fmt.Errorf("the layer %s answers %s for the secret %q: has the role of this function "+
		"the right secretsmanager:GetSecretValue on it (and kms:Decrypt, if it has its own KMS key), "+
		"is it in this region, and does it have a value? The lines of the layer in this function's log say more",
		extensionLayer, what, id)
	if answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden || denied.Match(body) {
		return refusal(err.Error())
	}
	return err
}

var (
	exception = regexp.MustCompile(`\b[A-Z][A-Za-z]{2,40}Exception\b`)
	denied    = regexp.MustCompile(`\b(AccessDenied|ResourceNotFound)Exception\b`)
)

// extensionClient keeps no connection, which would not survive a freeze, takes
// no proxy, and connects only to this machine: what it sends and gets is
// secret and not encrypted.
var extensionClient = &http.Client{Transport: &http.Transport{
	DisableKeepAlives: true,
	DialContext:       (&net.Dialer{Control: onlyLoopback}).DialContext,
}}

func onlyLoopback(_, address string, _ syscall.RawConn) error {
	if host, _, err := net.SplitHostPort(address); err != nil || !net.ParseIP(host).IsLoopback() {
		return fmt.Errorf("%s is not on this machine", address)
	}
	return nil
}

package gateway

import (
	"cmp"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// URLOptions is a function URL with the auth type AWS_IAM.
type URLOptions struct {
	Region     string               // "" is eu-central-1
	AccountID  string               // the function's owner; "" is 123456789012
	ID         string               // the URL's; "" is urlid
	Identities map[string]*Identity // by access key: who may call the function

	Status func(error) int  // as in Options
	Log    *slog.Logger     // as in Options
	Now    func() time.Time // as in Options
}

// Identity is who has an access key.
type Identity struct {
	SecretAccessKey string
	SessionToken    string // empty for keys that have none
	AccountID       string
	UserID          string
	ARN             string
}

// FunctionURL makes an AWS Lambda function URL, which lets in whoever signs
// with an access key of the options.
func FunctionURL(f Function, o URLOptions) http.Handler {
	u := &functionURL{function: f, options: Options{Status: o.Status, Log: o.Log, Now: o.Now}.withDefaults()}
	u.region, u.account, u.id = cmp.Or(o.Region, "eu-central-1"), cmp.Or(o.AccountID, "123456789012"),
		cmp.Or(o.ID, "urlid")
	u.verifier = newVerifier(u.region, o.Identities)
	return u
}

type functionURL struct {
	function            Function
	region, account, id string
	options             Options
	verifier            *verifier
}

func (u *functionURL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := arrive(r, u.options)
	if err := u.serve(w, in); err != nil {
		in.refuse(w, err, urlError)
	}
}

func urlError(_ http.Header, e refusal) any { return map[string]any{"Message": e.message} }

func (u *functionURL) serve(w http.ResponseWriter, in *arrival) error {
	if err := in.readBody(w, mostOfLambda); err != nil {
		return err
	}
	key, err := u.verifier.verify(in)
	if err != nil {
		return refusal{http.StatusForbidden, "Forbidden", err}
	}
	event, err := json.Marshal(u.event(in, key))
	if err != nil {
		return err
	}
	if len(event) > mostOfLambda {
		return refuse(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	}
	raw, err := in.invoke(u.function, event)
	if err != nil {
		return err
	}
	a, err := inferAnswer(raw)
	if err != nil {
		return refusal{http.StatusBadGateway, "Internal Server Error", err}
	}
	a.write(w)
	return nil
}

// inferAnswer understands the answer of a function behind a function URL: any
// JSON without a statusCode is a body.
func inferAnswer(raw []byte) (*answer, error) {
	if len(raw) > mostOfLambda {
		return nil, errors.New("the answer is too large")
	}
	if !json.Valid(raw) {
		return nil, errors.New("the answer is no JSON")
	}
	var members map[string]json.RawMessage
	json.Unmarshal(raw, &members)
	if members["statusCode"] == nil {
		return &answer{Status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: raw}, nil
	}
	a, err := decodeAnswer(raw)
	if err != nil {
		return nil, err
	}
	if a.header.Get("Content-Type") == "" {
		a.header.Set("Content-Type", "application/json")
	}
	for _, cookie := range a.Cookies {
		a.header.Add("Set-Cookie", cookie)
	}
	return a, nil
}

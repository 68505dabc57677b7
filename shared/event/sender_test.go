package event_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/event"
	"rekey/shared/identity"
)

// balanced is the answer to a load balancer, with nothing that it does not know.
type balanced struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	IsBase64Encoded   *bool               `json:"isBase64Encoded"`
	Body              string              `json:"body"`
}

const elb = `"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/x/0"}}`

// TestBalancer: anyone who calls through a load balancer, its health check too,
// is refused in the shape that it asks for, and nothing is done.
func TestBalancer(t *testing.T) {
	const body = `,"path":"/kms/v1/keys/` + first +
		`:encrypt","body":"{\"plaintext\":\"eA==\"}","isBase64Encoded":false}`
	for name, row := range map[string]struct {
		payload string
		multi   bool
	}{
		"multi-value": {`{` + elb +
			`,"httpMethod":"POST","multiValueHeaders":{"x-request-id":["mine"]},"multiValueQueryStringParameters":{}` +
			body, true},
		"multi-value, other order": {`{"multiValueHeaders":{"x-request-id":["mine"]},"httpMethod":"POST",` +
			elb + body, true},
		"single-value": {`{` + elb +
			`,"httpMethod":"POST","headers":{"x-request-id":"mine"},"queryStringParameters":{}` + body, false},
		"health check, multi-value": {`{` + elb +
			`,"httpMethod":"GET","path":"/","multiValueHeaders":{"user-agent":["ELB-HealthChecker/2.0"],"x-request-id":["mine"]},"body":"","isBase64Encoded":false}`, true},
		"health check": {`{` + elb +
			`,"httpMethod":"GET","path":"/","headers":{"user-agent":"ELB-HealthChecker/2.0","x-request-id":"mine"},"body":"","isBase64Encoded":false}`, false},
		"a body of another type": {`{` + elb +
			`,"httpMethod":"POST","multiValueHeaders":{"x-request-id":["mine"]},"body":7}`, true},
		"too large": {`{` + elb + `,"multiValueHeaders":{"x-request-id":["mine"]},"x":"` + strings.Repeat("x", 2<<20) +
			`"}`, true},
	} {
		for trust, status := range map[identity.Mode]int{identity.Platform: 400, identity.None: 400,
			identity.Mode(""): 401} {
			for _, f := range []function{event.Encrypt, event.All} {
				w := newWorld(t, trust)
				got := w.balanced(t, f, row.payload)
				id := got.Headers["X-Request-Id"]
				if row.multi {
					id = strings.Join(got.MultiValueHeaders["X-Request-Id"], ",")
				}
				if got.StatusCode != status || got.IsBase64Encoded == nil || *got.IsBase64Encoded || id != "mine" ||
					(got.Headers == nil) != row.multi {
					t.Errorf("%s, %q: got %+v", name, trust, got)
				}
				if status == 400 && !strings.Contains(got.Body, "events from a load balancer, which does not know who "+
					"calls, are not served") {
					t.Errorf("%s, %q: says %s", name, trust, got.Body)
				}
				if w.ring.asked.Load() > 0 || len(w.who) > 0 {
					t.Errorf("%s, %q: something was done", name, trust)
				}
			}
		}
	}
}

func (w *world) balanced(t *testing.T, f function, payload string) (b balanced) {
	t.Helper()
	raw := w.invoke(t, f, []byte(payload)).raw
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return b
}

// TestNotServed: other ways in are refused in an envelope that they can read.
func TestNotServed(t *testing.T) {
	const body = `"body":"{\"keyId\":\"` + first + `\",\"plaintext\":\"eA==\"}"}`
	for want, payloads := range map[string][]string{
		"VPC Lattice": {
			`{"version":"2.0","path":"/kms/v1/keys/` + first +
				`:encrypt","method":"POST","headers":{"accept":["*/*"]},"isBase64Encoded":false,` +
				`"requestContext":{"serviceNetworkArn":"arn:x","serviceArn":"arn:y","targetGroupArn":"arn:z","identity":{"type":"AWS_IAM"}},` + body,
			`{"raw_path":"/kms/v1/keys/` + first +
				`:encrypt","method":"POST","headers":{"accept":"*/*"},"query_string_parameters":{},"is_base64_encoded":false,` + body,
		},
		"a WebSocket": {
			`{"requestContext":{"routeKey":"$default","eventType":"MESSAGE","connectionId":"x=","requestId":"r","domainName":"d"},"isBase64Encoded":false,` + body,
			`{"headers":{"Host":"h"},"requestContext":{"routeKey":"$connect","eventType":"CONNECT","connectionId":"x="},"isBase64Encoded":false}`,
			`{"httpMethod":"POST","requestContext":{"connectionId":"x","eventType":"MESSAGE","identity":{"sourceIp":"203.0.113.7"}},` + body,
		},
	} {
		for _, payload := range payloads {
			for name, f := range map[string]function{"encrypt": event.Encrypt, "all": event.All} {
				w := newWorld(t, identity.Platform)
				a := w.invoke(t, f, []byte(payload))
				a.wantError(t, name+": "+payload, 400, api.InvalidArgument, "events from "+want+" are not served")
				if !a.http || w.ring.asked.Load() > 0 || len(w.who) > 0 {
					t.Errorf("%s: %s: got %s", name, payload, a.raw)
				}
			}
		}
	}
}

// TestNobodysRequest: what others send is not a request, and is answered without
// an envelope, whatever it looks like.
func TestNobodysRequest(t *testing.T) {
	for name, payload := range map[string]string{
		"lambda-warmer":            string(mustRead(t, "refuse-lambda-warmer.json").payload(t)),
		"serverless-plugin-warmup": `{"source":"serverless-plugin-warmup"}`,
		"a warmer's own":           `{"warmup":true}`,
		"a warmer, isWarmUp":       `{"isWarmUp":true}`,
		"a warmer, WARMER":         `{"WARMER":1}`,
		"a warmer, keep-warm":      `{"keep-warm":true}`,
		"a warmer, keep_warm":      `{"plaintext":"eA==","keep_warm":true}`,
		"a ping":                   `{"ping":true}`,
		"EventBridge": `{"version":"0","id":"1","detail-type":"Scheduled ` +
			`Event","source":"aws.events","resources":[],"detail":{}}`,
		"CloudWatch, an alarm":      `{"source":"aws.cloudwatch","alarmArn":"arn:x","alarmData":{}}`,
		"CloudWatch, logs":          `{"awslogs":{"data":"H4sI"}}`,
		"S3":                        `{"Records":[{"eventSource":"aws:s3","s3":{}}]}`,
		"SNS":                       `{"Records":[{"EventSource":"aws:sns","Sns":{}}]}`,
		"CloudFront":                `{"Records":[{"cf":{"config":{"eventType":"viewer-request"},"request":{"uri":"/","method":"GET"}}}]}`,
		"Firehose":                  `{"invocationId":"1","deliveryStreamArn":"arn:x","records":[]}`,
		"Kafka":                     `{"eventSource":"aws:kafka","records":{}}`,
		"RabbitMQ":                  `{"eventSource":"aws:rmq","rmqMessagesByQueue":{}}`,
		"CloudEvents":               `{"specversion":"1.0","type":"x","id":"1","data":{}}`,
		"a destination":             `{"version":"1.0","requestContext":{"requestId":"1","condition":"Success"},"requestPayload":{},"responsePayload":{}}`,
		"CloudFormation":            `{"RequestType":"Create","ResponseURL":"https://x","StackId":"x"}`,
		"Cognito":                   `{"version":"1","triggerSource":"PreSignUp_SignUp","request":{},"response":{}}`,
		"AppSync":                   `{"arguments":{"plaintext":"eA=="},"identity":null,"request":{"headers":{}},"info":{}}`,
		"an authorizer's, TOKEN":    `{"type":"TOKEN","authorizationToken":"secret","methodArn":"arn:x"}`,
		"an authorizer's, REQUEST":  `{"type":"REQUEST","methodArn":"arn:x","httpMethod":"POST","path":"/","headers":{},"requestContext":{"requestId":"1"}}`,
		"an authorizer's, HTTP API": `{"version":"2.0","type":"REQUEST","routeArn":"arn:x","rawPath":"/","requestContext":{"http":{"method":"POST"}}}`,
		"a timer of Yandex Cloud":   `{"messages":[{"event_metadata":{"event_type":"yandex.cloud.events.serverless.triggers.TimerMessage"},"details":{}}]}`,
	} {
		for _, f := range []function{event.Encrypt, event.All} {
			w := newWorld(t, identity.Platform)
			a := w.invoke(t, f, []byte(payload))
			a.wantError(t, name, 0, api.InvalidArgument, "the event is not a request: it has ")
			if a.http || !strings.HasSuffix(a.text("message"), "nothing was done") || w.ring.asked.Load() > 0 ||
				strings.Contains(string(a.raw), "secret") {
				t.Errorf("%s: got %s", name, a.raw)
			}
		}
	}
}

// TestBodies: an event that is the request itself is told what is wrong with
// it, as any other body.
func TestBodies(t *testing.T) {
	w := newWorld(t, identity.Platform)
	for payload, want := range map[string]string{
		"\ufeff{\"keyId\":\"" + first + "\",\"plaintext\":\"eA==\"}": "",
		"{\"plaintext\":\"e\nA==\"}":                                 "the event has a line break within a string",
		"\x1f\x8b\x08\x00":                                           "the event is compressed (gzip)",
		`{"plaintext":"` + strings.Repeat(`\n`, api.MaxBody) + `"}`:  "the body is too large",
		`{"keyId":"` + first + `","ciphertext":"UktZAQ"}`:            `"ciphertext": unknown field`,
	} {
		a := handle(t, context.Background(), event.Encrypt, event.New([]byte(payload)), w.open)
		if a.http || want == "" && a.text("ciphertext") == "" || want != "" &&
			!strings.HasPrefix(a.text("message"), want) {
			t.Errorf("%.60q: got %s", payload, a.raw)
		}
	}
}

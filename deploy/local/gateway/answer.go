package gateway

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// answer is what a function answers with.
type answer struct {
	Status  int               `json:"statusCode"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Base64  bool              `json:"isBase64Encoded"`

	header http.Header
	body   []byte
}

// What becomes of headers of an answer (page function-invoke, "Message
// headers").
const (
	dropped = iota + 1
	forbidden
	renamed // X-Yf-Remapped-*
)

var answerHeaders = map[string]int{
	"Host": dropped, "Authorization": dropped, "User-Agent": dropped, "Connection": dropped, "Max-Forwards": dropped,
	"Cookie": dropped, "Content-Md5": renamed, "Date": renamed, "Server": renamed,
	"Proxy-Authenticate": forbidden, "Transfer-Encoding": forbidden, "Via": forbidden, "Www-Authenticate": forbidden,
}

// readAnswer understands the answer of a function of Yandex, whose body may
// have so many bytes. What is wrong with it is the function's fault: 502.
func readAnswer(raw []byte, most int) (*answer, error) {
	a, err := decodeAnswer(raw)
	if err == nil {
		err = a.yandexHeaders()
	}
	if err == nil && (len(raw) > mostOfFunction || len(a.body) > most) {
		err = fmt.Errorf("the answer has %d bytes, its body %d, and %d and %d are allowed", len(raw), len(a.body),
			mostOfFunction, most)
	}
	if err != nil {
		return nil, refusal{http.StatusBadGateway, "Malformed serverless function response", err}
	}
	return a, nil
}

func decodeAnswer(raw []byte) (*answer, error) {
	a := &answer{header: http.Header{}}
	if err := json.Unmarshal(raw, a); err != nil {
		return nil, err
	}
	if a.Status < 200 || a.Status > 599 {
		return nil, fmt.Errorf("statusCode is %d, or missing", a.Status)
	}
	a.body = []byte(a.Body)
	if a.Base64 {
		var err error
		if a.body, err = base64.StdEncoding.DecodeString(a.Body); err != nil {
			return nil, errors.New("the body is marked isBase64Encoded and is not base64")
		}
	}
	for name, value := range a.Headers {
		a.header.Set(name, value)
	}
	return a, nil
}

// yandexHeaders makes of the answer's headers what Yandex makes of them.
func (a *answer) yandexHeaders() error {
	for name, values := range a.header {
		switch answerHeaders[name] {
		case forbidden:
			return fmt.Errorf("the answer must not have the header %s", name)
		case renamed:
			a.header["X-Yf-Remapped-"+name] = values
			delete(a.header, name)
		case dropped:
			delete(a.header, name)
		}
	}
	return nil
}

func (a *answer) write(w http.ResponseWriter) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.body)
}

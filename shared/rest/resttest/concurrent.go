package resttest

import (
	"fmt"
	"sync"
	"testing"
)

// testConcurrently: round trips that begin at the same time, each with a plaintext,
// an AAD and its own request id. Each gets its own answer.
func testConcurrently(s *suite, t *testing.T) {
	var begin, end sync.WaitGroup
	begin.Add(1)
	for i := range s.Concurrency {
		end.Add(1)
		go func() {
			defer end.Done()
			begin.Wait()
			if err := s.own(i); err != nil {
				t.Errorf("number %d of %d: %v", i, s.Concurrency, err)
			}
		}()
	}
	begin.Done()
	end.Wait()
}

// own makes a round trip, and says if the answer is that to another request.
func (s *suite) own(i int) error {
	key := s.First
	if i%2 > 0 {
		key = s.Second
	}
	plaintext, aad, id := fmt.Sprintf("%s %d", secret, i), b64(fmt.Sprintf("%s aad %d", secret, i)),
		fmt.Sprintf("resttest-%d", i)
	a, err := s.try(key+":encrypt", `{"plaintext":"`+b64(plaintext)+`","aadContext":"`+aad+`"}`, "X-Request-Id", id)
	if err != nil {
		return err
	}
	if a.status != 200 || a.text("keyId") != key || !s.OwnRequestIDs && a.header.Get("X-Request-Id") != id {
		return fmt.Errorf("%v with the request id %q, want %q", a, a.header.Get("X-Request-Id"), id)
	}
	a, err = s.try(key+":decrypt", `{"ciphertext":"`+a.text("ciphertext")+`","aadContext":"`+aad+`"}`, "X-Request-Id",
		id)
	if err != nil {
		return err
	}
	if a.bytes("plaintext") != plaintext || !s.OwnRequestIDs && a.header.Get("X-Request-Id") != id {
		return fmt.Errorf("%v with the request id %q: not the plaintext of this request", a,
			a.header.Get("X-Request-Id"))
	}
	return nil
}

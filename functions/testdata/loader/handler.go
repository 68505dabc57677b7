package main

import (
	"context"
	"encoding/json"
	"fmt"
	"plugin"
	"reflect"
	"sync"
	"time"
)

// handler is a function of any type that the platform accepts.
type handler struct{ reflect.Value }

func open(path string) (handler, error) {
	p, err := plugin.Open(path)
	if err != nil {
		return handler{}, err
	}
	symbol, err := p.Lookup("Handler")
	if err != nil {
		return handler{}, err
	}
	h := handler{reflect.ValueOf(symbol)}
	if h.Kind() != reflect.Func || h.Type().NumOut() != 2 {
		return handler{}, fmt.Errorf("the symbol Handler is a %T", symbol)
	}
	return h, nil
}

// outcome is what became of a call.
type outcome struct {
	Answer json.RawMessage
	Error  string        // the handler's, or the platform's own
	Took   time.Duration // from the payload to the answer's bytes
}

func (h handler) callAll(payloads []string) []outcome {
	outcomes := make([]outcome, len(payloads))
	gate := make(chan struct{})
	var done sync.WaitGroup
	for i := range payloads {
		done.Add(1)
		go func() {
			defer done.Done()
			<-gate
			outcomes[i] = h.call(payloads[i])
		}()
	}
	close(gate)
	done.Wait()
	return outcomes
}

func (h handler) call(payload string) (o outcome) {
	begin := time.Now()
	defer func() {
		if p := recover(); p != nil {
			o.Error = fmt.Sprint("panic: ", p)
		}
		o.Took = time.Since(begin)
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	answer, err := h.answer(ctx, []byte(payload))
	if err != nil {
		return outcome{Error: err.Error()}
	}
	return outcome{Answer: answer}
}

var contexts = reflect.TypeFor[context.Context]()

// answer calls the function with values of the types it wants.
func (h handler) answer(ctx context.Context, payload []byte) ([]byte, error) {
	args := make([]reflect.Value, h.Type().NumIn())
	for i := range args {
		if h.Type().In(i) == contexts {
			args[i] = reflect.ValueOf(ctx)
			continue
		}
		event := reflect.New(h.Type().In(i))
		if err := json.Unmarshal(payload, event.Interface()); err != nil {
			return nil, fmt.Errorf("decoding the event: %w", err)
		}
		args[i] = event.Elem()
	}
	out := h.Call(args)
	if err, _ := out[1].Interface().(error); err != nil {
		return nil, fmt.Errorf("the handler: %w", err)
	}
	return json.Marshal(out[0].Interface())
}

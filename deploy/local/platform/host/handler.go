package main

import (
	"context"
	"encoding/json"
	"fmt"
	"plugin"
	"reflect"
	"runtime/debug"
)

// handler is a function that takes a context, an event or both, and returns an
// answer and an error. Event and answer are of any type that JSON can be.
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

func (h handler) call(c Call) (answer []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h.answer(c.context(), c.Payload)
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

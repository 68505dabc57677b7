package main

import "context"

// invocation is the context that a handler gets. By its documentation the
// platform's is the background context with these values, and so it has no
// deadline:
// https://yandex.cloud/en/docs/functions/lang/golang/context
// https://yandex.cloud/en/docs/functions/lang/golang/handler (the log of the first example)
type invocation struct {
	context.Context
	values map[any]any
}

func (c Call) context() context.Context {
	return invocation{context.Background(), map[any]any{
		"lambdaRuntimeFunctionName":    c.Function,
		"lambdaRuntimeFunctionVersion": "d4e00000000000000000",
		"lambdaRuntimeMemoryLimit":     128, // MB
		"lambdaRuntimeRequestID":       c.RequestID,
	}}
}

func (i invocation) Value(key any) any {
	if value, ok := i.values[key]; ok {
		return value
	}
	return i.Context.Value(key)
}

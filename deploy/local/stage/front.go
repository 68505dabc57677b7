package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"rekey/deploy/local/gateway"
	"rekey/deploy/local/platform"
)

// front is what stands before the functions: the gateway of the plan, or, if
// there is none, the platform's own way in.
func (s *stage) front() (http.Handler, error) {
	r := s.plan.Find("yandex_api_gateway", "rekey", "0")
	if r == nil {
		return s.direct()
	}
	if err := s.checkInvoker("serviceAccount:" + account("gateway")); err != nil {
		return nil, err
	}
	return gateway.New([]byte(r.Config.GetAttr("spec").AsString()), s.frontOptions())
}

// statusOf is what the platform answers for a call that has no answer.
func statusOf(err error) int {
	switch {
	case errors.Is(err, platform.ErrTimeout):
		return http.StatusGatewayTimeout
	case errors.Is(err, platform.ErrBusy):
		return http.StatusTooManyRequests
	}
	return http.StatusBadGateway
}

// invokers are who may call a function, by Terraform's bindings.
func (s *stage) invokers(name string) []string {
	r := s.plan.Find("yandex_function_iam_binding", "invokers", name)
	if r == nil || r.Config.GetAttr("role").AsString() != "functions.functionInvoker" {
		return nil
	}
	return stringsOf(r.Config.GetAttr("members"))
}

func (s *stage) checkInvoker(who string) error {
	for name := range s.functionIDs {
		if !slices.Contains(s.invokers(name), who) {
			return fmt.Errorf("%s may not call the function %s", who, name)
		}
	}
	return nil
}

// direct is https://functions.yandexcloud.net/ID.
func (s *stage) direct() (http.Handler, error) {
	if err := s.checkInvoker(caller); err != nil {
		return nil, err
	}
	return gateway.Direct(s.frontOptions(), func(token string) *gateway.Caller {
		if token != s.token {
			return nil
		}
		return &gateway.Caller{Subject: caller, Invoker: true}
	}), nil
}

// frontOptions are those of gateway and direct calls.
func (s *stage) frontOptions() gateway.Options {
	functions := map[string]gateway.Function{}
	for id, f := range s.functions {
		functions[id] = f
	}
	return gateway.Options{Functions: functions, Status: statusOf, Issuers: s.issuer.Client(),
		Log: slog.New(slog.NewTextHandler(s.log, nil))}
}

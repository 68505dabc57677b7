// Package event turns what the platforms hand to a function into a neutral
// request, and the answer back into what they expect: Yandex Cloud Functions
// (called directly, behind API Gateway with payload format 0.1 and 1.0, and
// with integration=raw) and AWS (API Gateway payload 1.0 and 2.0, function
// URLs, Lambda Invoke). A timer, a queue or a warmer is refused clearly, and so
// are ways in that are not served (sender.go), in a shape that they can read.
//
// Start at Encrypt, which a function's handler calls, and at Event for the
// shapes.
package event

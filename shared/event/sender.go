package event

import (
	"bytes"

	"rekey/shared/api"
)

// notCaller reports whether an event with a member of this name is nobody's
// request: what warms functions, triggers, queues and schedules, and gateways
// that ask for something else, have such.
func notCaller(member []byte) bool {
	if warms(member) {
		return true
	}
	switch string(member) {
	case "ping",
		"source",                     // serverless-plugin-warmup
		"messages", "event_metadata", // every trigger of Yandex Cloud; Amazon MQ
		"Records", "records", // S3, SQS, SNS, Kinesis, DynamoDB, Lambda@Edge; Firehose, Kafka
		"rmqMessagesByQueue", "eventSource", "awslogs", "alarmArn", "detail-type", "specversion",
		"requestPayload", "responsePayload", // destinations of AWS Lambda
		"RequestType", "triggerSource", "arguments", "CodePipeline.job", "invokingEvent",
		"authorizationToken", "methodArn", "routeArn": // a gateway that wants to know whom to let in
		return true
	}
	return false
}

// warms reports whether a name has "warm" in it, in any case: warmer, isWarmUp,
// keep-warm. Each tool for that has its own name, and no request such a field.
func warms(member []byte) bool {
	const longest = 32 // bytes of a name that is repeated in an answer
	warm := []byte("warm")
	for ; len(member) <= longest && len(member) >= len(warm); member = member[1:] {
		if bytes.EqualFold(member[:len(warm)], warm) {
			return true
		}
	}
	return false
}

// Who bring requests in HTTP's shape by a way that is not served.
const (
	balancer  = "a load balancer, which does not know who calls,"
	lattice   = "VPC Lattice"
	webSocket = "a WebSocket"
)

// senderOf is who makes a requestContext with a member of this name; empty if
// others do.
func senderOf(member []byte) string {
	switch string(member) {
	case "elb":
		return balancer
	case "serviceNetworkArn", "targetGroupArn":
		return lattice
	case "connectionId":
		return webSocket
	}
	return ""
}

func notServed(sender string) *api.Error {
	return api.Errorf(api.InvalidArgument,
		"events from %s are not served: use an API gateway, a function URL or Invoke; "+
			"nothing was done", sender)
}

func notRequest(member string) *api.Error {
	return api.Errorf(api.InvalidArgument,
		"the event is not a request: it has %q, as a trigger, a schedule or a warmer sends; nothing was done", member)
}

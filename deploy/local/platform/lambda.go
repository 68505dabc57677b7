package platform

import (
	"net"
	"os/exec"
	"path/filepath"
	"time"
)

// lambdaInit is how long a process may take until it asks for its first event:
// AWS Lambda's limit for the init phase.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const lambdaInit = 10 * time.Second

const lambdaRegion = "eu-central-1"

// Lambda is a function as AWS Lambda runs it: program asks the Runtime API for
// events, which each of its processes has for itself.
//
// Besides Config.Env an instance has the variables that the platform sets for
// an OS-only runtime, with credentials that nobody accepts:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func Lambda(program string, c Config) *Function {
	c.Concurrency = 1
	f := &Function{config: c.withDefaults(), initLimit: lambdaInit}
	f.open = func(in *instance) (link, error) { return openLambda(in, program) }
	return f
}

func openLambda(in *instance, program string) (link, error) {
	program, dir, err := folder(program)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	api := newRuntimeAPI(in)
	c := exec.Command(program)
	c.Env = append(lambdaEnv(in.f.config.Name, program, l.Addr().String()), in.f.config.Env...)
	if err := in.spawn(c, dir); err != nil {
		l.Close()
		return nil, err
	}
	go api.server.Serve(l)
	return api, nil
}

func lambdaEnv(name, program, api string) []string {
	return []string{
		"_HANDLER=" + filepath.Base(program),
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_LAMBDA_FUNCTION_NAME=" + name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", // MB
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + name,
		"AWS_LAMBDA_LOG_STREAM_NAME=2025/01/01/[$LATEST]00000000000000000000000000000000",
		"AWS_REGION=" + lambdaRegion, "AWS_DEFAULT_REGION=" + lambdaRegion,
		"AWS_ACCESS_KEY_ID=ASIAEXAMPLE000000000", "AWS_SECRET_ACCESS_KEY=no-secret", "AWS_SESSION_TOKEN=no-token",
		"LAMBDA_TASK_ROOT=" + filepath.Dir(program), "LAMBDA_RUNTIME_DIR=/var/runtime",
		"LANG=en_US.UTF-8", "TZ=:UTC",
		"PATH=/usr/local/bin:/usr/bin:/bin:/opt/bin",
	}
}

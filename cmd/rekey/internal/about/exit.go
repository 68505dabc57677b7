package about

import "github.com/spf13/cobra"

// Exit is `rekey help exit`. A command that does not run is a topic.
func Exit() *cobra.Command {
	return &cobra.Command{Use: "exit", Short: "What the exit statuses mean", Long: exitHelp}
}

const exitHelp = `The exit statuses of rekey, and of a function that is run by hand
(where go run makes each of them 1):

  0  done
  1  failed for a reason of this machine: a file, a network, a damaged keyring,
     an endpoint of another service; or keys check found something
  2  the command line or the environment is wrong
  3  invalid input, or a ciphertext that does not open
  4  no such key, version or keyring
  5  the state of the key or version forbids it, or a rule that --force waives
  6  it exists already
  7  not allowed, or credentials are missing, wrong or have ended
  8  the key store did not answer, or not about every key, somebody else changed
     the keyring at the same time, or too many requests: try again; or a key is
     not as asked for, as somebody else has changed it: look first

  129  the terminal was closed (SIGHUP)
  130  Ctrl-C (SIGINT), also where a passphrase is asked for
  131  Ctrl-\ (SIGQUIT)
  141  the reader of the output has gone (SIGPIPE)
  143  SIGTERM

128 + N is the end by signal N. A change that had begun is undone, or it says so.
The second signal ends rekey immediately; the same one within 0.25 s does not count.`

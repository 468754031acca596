// Package cli is the command line: which commands there are, what is read of each, and how they end.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Exit codes, as those of Unix's own programs.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2 // for arguments that are not understood
)

// Program is what the commands have done.
type Program struct {
	Version   string // what version prints
	Variables string // the part of the help about variables of the environment

	Serve      func(context.Context) error           // until the context ends
	Ready      func(context.Context) (string, error) // what the program that runs here says
	Keyset     func() (string, error)                // the present keyset
	Database   func() (string, error)                // the address of the database
	Migrate    func(context.Context) error           // the database
	OpenStores func(context.Context) (Stores, error) // which are in a database that is up to date
	Checks     []Check                               // what doctor looks at, in turn

	StoreChecks func(domain string) []Check // likewise, of a store
}

// Run carries out what the arguments say, and returns the exit code. Arguments that are not understood are not repeated: one may be a
// secret that belongs in a variable.
func (p Program) Run(ctx context.Context, arguments []string, stdout, stderr io.Writer) (code int) {
	root := p.root()
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetArgs(withTwoDashes(arguments))
	command, err := root.ExecuteContextC(ctx)
	failed, carriedOut := errors.AsType[*failure](err)
	switch {
	case err == nil, carriedOut && failed.err == nil:
		return exitDone
	case carriedOut:
		_, _ = fmt.Fprintln(stderr, "handback: "+oneLine(failed.Error()))
		return exitFailed
	}
	_, _ = fmt.Fprintln(stderr, "handback: "+misunderstood(command))
	return exitUsage
}

// misunderstood says how the command is written that was understood.
func misunderstood(command *cobra.Command) string {
	const text = "the arguments are not understood: "
	switch {
	case !command.HasParent():
		return text + "handback --help lists the commands, and everything else is set by variables of the environment"
	case command.HasSubCommands():
		return fmt.Sprintf("%s%s --help lists the commands", text, command.CommandPath())
	}
	return fmt.Sprintf("%sit is %s %s, and %s --help says more", text, command.Parent().CommandPath(), command.Use, command.CommandPath())
}

// withTwoDashes lets the two words that every program knows begin with one dash, as those of Go's own programs do.
func withTwoDashes(arguments []string) []string {
	if len(arguments) == 1 && (arguments[0] == "-help" || arguments[0] == "-version") {
		return []string{"-" + arguments[0]}
	}
	if arguments == nil {
		return []string{} // nil would be the arguments of the process
	}
	return arguments
}

// failure is why a command that was understood was not carried out.
type failure struct{ err error }

// Error implements error.
func (f *failure) Error() string { return f.err.Error() }

// Unwrap returns the error.
func (f *failure) Unwrap() error { return f.err }

// oneLine keeps a text in its line.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", "; ") }

// group is a command that has others below it, and is none by itself.
func group(name, short string, below ...*cobra.Command) *cobra.Command {
	command := &cobra.Command{Use: name, Short: short, Args: cobra.ArbitraryArgs, RunE: func(*cobra.Command, []string) error {
		return errors.New("no such command")
	}}
	command.AddCommand(below...)
	return command
}

// printing makes a command of a function whose text is printed.
func printing(do func(ctx context.Context, arguments []string) (string, error)) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, arguments []string) error {
		text, err := do(command.Context(), arguments)
		if err != nil {
			return &failure{err}
		}
		command.Println(text)
		return nil
	}
}

func (p Program) root() *cobra.Command {
	serve := func(command *cobra.Command, _ []string) error {
		if err := p.Serve(command.Context()); err != nil {
			return &failure{err}
		}
		return nil
	}
	root := &cobra.Command{
		Use: "handback", Long: "Handback connects a Shopify store to TikTok Shop and gives it back as it was. Without a command it serves.",
		Args: cobra.NoArgs, RunE: serve, Version: p.Version, SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetUsageTemplate(root.UsageTemplate() + "{{if not .HasParent}}\nIt is configured by variables of the environment:\n\n" + p.Variables + "{{end}}")
	root.SetHelpCommand(&cobra.Command{Use: "help", Short: "Print this help", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return root.Help() }})
	root.AddCommand(
		&cobra.Command{Use: "serve", Short: "Serve the API and the admin, which is done without a command, too", Args: cobra.NoArgs, RunE: serve},
		&cobra.Command{Use: "version", Short: "Print the version and the commit", Args: cobra.NoArgs, RunE: printing(func(context.Context, []string) (string, error) { return p.Version, nil })},
		&cobra.Command{Use: "healthcheck", Short: "Ask the program that runs here with the same variables whether it is ready; it ends with 1 if not", Args: cobra.NoArgs,
			RunE: printing(func(ctx context.Context, _ []string) (string, error) { return p.Ready(ctx) })},
		p.migrate(), p.copyDatabase(), p.keyset(), certificateKey(), verify(), p.doctor(), p.export(), p.redact(),
	)
	return root
}

package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/handback/handback/certificate"
	"github.com/handback/handback/secrets"
)

// KeysetVariable holds the keyset that tokens of the platforms are sealed with in the database.
const KeysetVariable = "HANDBACK_KEYSET"

// keyset prints what each step makes of the present keyset. Nothing of it is logged or repeated in an error.
func (p Program) keyset() *cobra.Command {
	command := group("keyset", "Print a keyset for "+KeysetVariable)
	for _, step := range []struct {
		name, short string
		make        func(present string) (string, error)
	}{
		{"new", "one with one key", func(string) (string, error) { return secrets.New() }},
		{"add", "the present one, from " + KeysetVariable + ", with a key more", secrets.Add},
		{"promote", "the present one, in which the last key seals", secrets.Promote},
		{"remove", "the present one, without the keys before the one that seals", secrets.Remove},
		{"list", "the ids of the present one's keys", secrets.List},
	} {
		command.AddCommand(&cobra.Command{Use: step.name, Short: step.short, Args: cobra.NoArgs, RunE: printing(func(context.Context, []string) (string, error) {
			present, err := p.Keyset()
			if err != nil {
				return "", err
			}
			text, err := step.make(present)
			if err != nil {
				return "", fmt.Errorf("cannot take %s: %w", KeysetVariable, err)
			}
			return text, nil
		})})
	}
	return command
}

func certificateKey() *cobra.Command {
	return &cobra.Command{Use: "certificate-key", Short: "Print a key for HANDBACK_CERTIFICATE_KEYS", Args: cobra.NoArgs,
		RunE: printing(func(context.Context, []string) (string, error) { return certificate.NewKey() })}
}

func verify() *cobra.Command {
	return &cobra.Command{
		Use: "verify FILE KEYS", Short: "Say what a certificate states, or why it does not hold",
		Long: "Say what a certificate states, or why it does not hold. FILE is a certificate as the API answers it, KEYS what the program that signed it has at /.well-known/jwks.json, " +
			"such as by curl -o jwks.json https://HOST/.well-known/jwks.json. They are not looked for: what says where its own keys are proves nothing. No database is opened, and nothing is called.",
		Args: cobra.ExactArgs(2),
		RunE: printing(func(_ context.Context, arguments []string) (string, error) {
			signed, err := os.ReadFile(arguments[0])
			if err != nil {
				return "", err
			}
			published, err := os.ReadFile(arguments[1])
			if err != nil {
				return "", err
			}
			stated, err := certificate.Verify(signed, published)
			if err != nil {
				return "", err
			}
			return stated.Summary(), nil
		}),
	}
}

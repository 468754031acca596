package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"
)

// Check is one thing that doctor looks at.
type Check struct {
	Name string
	// Do says in a few words what was found, or why it is not as it must be and what to do about it.
	Do func(context.Context) (found string, err error)
}

var errUnwell = errors.New("something is not as it must be: see above")

// doctor looks at everything, also when something is not as it must be.
func (p Program) doctor() *cobra.Command {
	return &cobra.Command{
		Use: "doctor [STORE]", Short: "Look at the configuration, the database, the keys, the clock and the platforms: a line each, with what to do",
		Long: "Look at the configuration, the database, the keys, the clock and the platforms, and at the app's access to a store, such as example.myshopify.com, and to its shop, if one is named. " +
			"Each is a line, which says what to do where something is not as it must be; then it ends with 1. Nothing is changed.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			checks := p.Checks
			for _, domain := range arguments {
				checks = append(slices.Clone(checks), p.StoreChecks(domain)...)
			}
			unwell := false
			for _, check := range checks {
				found, err := check.Do(command.Context())
				if err != nil {
					unwell = true
					command.Printf("FAIL  %s: %s\n", check.Name, oneLine(err.Error()))
					continue
				}
				command.Printf("ok    %s: %s\n", check.Name, oneLine(found))
			}
			if unwell {
				return &failure{errUnwell}
			}
			return nil
		},
	}
}

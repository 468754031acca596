package main

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// dateTime is a DateTime, in UTC.
type dateTime struct{ time.Time }

// ImplementsGraphQLType says which scalar it is.
func (dateTime) ImplementsGraphQLType(name string) bool { return name == "DateTime" }

// UnmarshalGraphQL is asked for by the library.
func (*dateTime) UnmarshalGraphQL(any) error { return errNoArgument }

// ScanTimestamptz reads a column.
func (d *dateTime) ScanTimestamptz(column pgtype.Timestamptz) error {
	if !column.Valid {
		return errors.New("no moment is there")
	}
	d.Time = column.Time.UTC()
	return nil
}

// settingValue is a SettingValue: JSON, whose numbers keep their digits.
type settingValue string

// ImplementsGraphQLType says which scalar it is.
func (settingValue) ImplementsGraphQLType(name string) bool { return name == "SettingValue" }

// UnmarshalGraphQL is asked for by the library.
func (*settingValue) UnmarshalGraphQL(any) error { return errNoArgument }

// MarshalJSON returns the value as it is.
func (v settingValue) MarshalJSON() ([]byte, error) { return json.RawMessage(v).MarshalJSON() }

// url is a URL.
type url string

// ImplementsGraphQLType says which scalar it is.
func (url) ImplementsGraphQLType(name string) bool { return name == "URL" }

// UnmarshalGraphQL is asked for by the library.
func (*url) UnmarshalGraphQL(any) error { return errNoArgument }

// errNoArgument is what a scalar says that stands in answers only.
var errNoArgument = errors.New("no argument has this type")

package main

import (
	"testing"

	"handback/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package functions_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

const (
	hash  = "cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e"
	label = "zlirs4hp5g3upaya7ucnpteryzdmuctzfoomogdfb6dodth2y47a"
	cidV0 = "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"
)

// call runs a function as Terraform does, without one.
func call(t *testing.T, name string, arguments ...tftypes.Value) (tftypes.Value, *tfprotov6.FunctionError) {
	t.Helper()
	server, err := acctest.Factories(t)["aleph"]()
	if err != nil {
		t.Fatal(err)
	}
	definitions, err := server.GetFunctions(t.Context(), &tfprotov6.GetFunctionsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	definition := definitions.Functions[name]
	if definition == nil {
		t.Fatalf("there is no function %s", name)
	}
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for _, argument := range arguments {
		value, err := tfprotov6.NewDynamicValue(argument.Type(), argument)
		if err != nil {
			t.Fatal(err)
		}
		req.Arguments = append(req.Arguments, &value)
	}
	resp, err := server.CallFunction(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Error != nil {
		return tftypes.Value{}, resp.Error
	}
	result, err := resp.Result.Unmarshal(definition.Return.Type)
	if err != nil {
		t.Fatal(err)
	}
	return result, nil
}

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func texts(list ...string) tftypes.Value {
	values := make([]tftypes.Value, len(list))
	for i, s := range list {
		values[i] = text(s)
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, values)
}

func variables(pairs map[string]string) tftypes.Value {
	values := make(map[string]tftypes.Value, len(pairs))
	for name, value := range pairs {
		values[name] = text(value)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, values)
}

func mebibytes(n int64) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }

func TestResults(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		function  string
		arguments []tftypes.Value
		want      tftypes.Value
	}{
		"URL":                {"program_url", []tftypes.Value{text(hash)}, text("https://aleph.sh/vm/" + hash)},
		"URL in a domain":    {"program_url", []tftypes.Value{text(hash), text("example.org")}, text("https://example.org/vm/" + hash)},
		"URL on a node":      {"program_url", []tftypes.Value{text(hash), text("http://127.0.0.1:4025")}, text("http://127.0.0.1:4025/vm/" + hash)},
		"URL of a CID":       {"program_url", []tftypes.Value{text(cidV0)}, text("https://aleph.sh/vm/" + cidV0)},
		"host":               {"program_host", []tftypes.Value{text(hash)}, text(label + ".aleph.sh")},
		"host in a domain":   {"program_host", []tftypes.Value{text(hash), text("example.org")}, text(label + ".example.org")},
		"host below a URL":   {"program_host", []tftypes.Value{text(hash), text("http://localhost:4025")}, text(label + ".localhost")},
		"to base32":          {"hash_to_base32", []tftypes.Value{text(hash)}, text(label)},
		"from base32":        {"base32_to_hash", []tftypes.Value{text(label)}, text(hash)},
		"from upper case":    {"base32_to_hash", []tftypes.Value{text("ZLIRS4HP5G3UPAYA7UCNPTERYZDMUCTZFOOMOGDFB6DODTH2Y47A")}, text(hash)},
		"item hash":          {"item_hash", []tftypes.Value{text(`{}`)}, text("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")},
		"item hash, a space": {"item_hash", []tftypes.Value{text(`{ }`)}, text("257c1be96ae69f4b01c2c69bdb6d78605f59175819fb007d0bf245bf48444c4a")},
		"lower case":         {"checksum_address", []tftypes.Value{text("0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359")}, text("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")},
		"upper case":         {"checksum_address", []tftypes.Value{text("0xFB6916095CA1DF60BB79CE92CE3EA74C37C5D359")}, text("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")},
		"checksummed":        {"checksum_address", []tftypes.Value{text("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")}, text("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")},
		"GiB":                {"parse_size", []tftypes.Value{text("4GiB")}, mebibytes(4096)},
		"half a TiB":         {"parse_size", []tftypes.Value{text("0.5 TiB")}, mebibytes(524288)},
		"KiB":                {"parse_size", []tftypes.Value{text(" 2048 kib ")}, mebibytes(2)},
		"bytes":              {"parse_size", []tftypes.Value{text("1048576")}, mebibytes(1)},
		"powers of ten":      {"parse_size", []tftypes.Value{text("131.072 MB")}, mebibytes(125)},
		"nothing":            {"parse_size", []tftypes.Value{text("0 MiB")}, mebibytes(0)},
		".env":               {"parse_dotenv", []tftypes.Value{text("# c\n\nA=1\r\nexport B = two words # c\nC=\nD.E=x#y\n")}, variables(map[string]string{"A": "1", "B": "two words", "C": "", "D.E": "x#y"})},
		".env, quotes":       {"parse_dotenv", []tftypes.Value{text("A='1 $B # '\nB=\" 2\\n3\n4\"\n")}, variables(map[string]string{"A": "1 $B # ", "B": " 2\n3\n4"})},
		".env, references":   {"parse_dotenv", []tftypes.Value{text("A=1\nB=${A}$A\nC=$HOME\nD='$A'")}, variables(map[string]string{"A": "1", "B": "11", "C": "", "D": "$A"})},
		".env of nothing":    {"parse_dotenv", []tftypes.Value{text("")}, variables(nil)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failure := call(t, test.function, test.arguments...)
			if failure != nil || !got.Equal(test.want) {
				t.Errorf("%s is %s (%v), want %s", test.function, got, failure, test.want)
			}
		})
	}
}

// Every refusal blames an argument, and says what to do.
func TestRefusals(t *testing.T) {
	t.Parallel()

	none := filepath.Join(t.TempDir(), "none")
	directory := t.TempDir()
	squashfs := text("squashfs")
	for name, test := range map[string]struct {
		function  string
		arguments []tftypes.Value
		blamed    int64
		want      string
	}{
		"URL of no hash":           {"program_url", []tftypes.Value{text("hello")}, 0, `"hello" is not an item hash`},
		"URL in a URL":             {"program_url", []tftypes.Value{text(hash), text("https://aleph.sh/vm")}, 1, `give it without a path`},
		"host below an IP address": {"program_host", []tftypes.Value{text(hash), text("http://127.0.0.1:4025")}, 1, `Below an IP address there are no host names`},
		"URL in no domain":         {"program_url", []tftypes.Value{text(hash), text("")}, 1, `give a host name such as aleph\.sh`},
		"URL in two domains":       {"program_url", []tftypes.Value{text(hash), text("a.org"), text("b.org")}, 2, `call the function once for each`},
		"host of a CID":            {"program_host", []tftypes.Value{text(cidV0)}, 0, `no other item hash can be a host name`},
		"upper case":               {"hash_to_base32", []tftypes.Value{text("CAD11970EFE9B7478300FD04D7CC91C646CA0A792B9CC718650F86E1CCFAC73E")}, 0, `64 lower-case`},
		"half a hash":              {"hash_to_base32", []tftypes.Value{text(hash[:32])}, 0, `64 lower-case`},
		"a host name":              {"base32_to_hash", []tftypes.Value{text(label + ".aleph.sh")}, 0, `before the first full stop`},
		"a label in other words":   {"base32_to_hash", []tftypes.Value{text(label[:51] + "b")}, 0, `is not an item hash in base32`},
		"no JSON":                  {"item_hash", []tftypes.Value{text(`{"a":}`)}, 0, `encode it with jsonencode`},
		"no file":                  {"file_sha256", []tftypes.Value{text(none)}, 0, `none.* a file that is there when Terraform plans`},
		"a directory":              {"file_cid", []tftypes.Value{text(directory)}, 0, `directory_hash is the function for a directory`},
		"no directory":             {"directory_hash", []tftypes.Value{text(none), squashfs}, 0, `none`},
		"an empty path":            {"directory_hash", []tftypes.Value{text(""), squashfs}, 0, `^The path is empty`},
		"a blank path":             {"directory_hash", []tftypes.Value{text(" "), squashfs}, 0, `^The path is empty`},
		"an empty path of a file":  {"file_sha256", []tftypes.Value{text("")}, 0, `^The path is empty`},
		"a blank path for a CID":   {"file_cid", []tftypes.Value{text("\t")}, 0, `^The path is empty`},
		"an empty directory":       {"directory_hash", []tftypes.Value{text(directory), squashfs}, 0, `there is no file to pack`},
		"another format":           {"directory_hash", []tftypes.Value{text(directory), text("tar")}, 1, `"tar" is no format of archives: it is "squashfs" or "zip"`},
		"a malformed exclude":      {"directory_hash", []tftypes.Value{text(directory), squashfs, texts("[")}, 2, `exclude pattern "\[" is malformed`},
		"a negated exclude":        {"directory_hash", []tftypes.Value{text(directory), squashfs, texts("!")}, 2, `exclude pattern "!" is malformed`},
		"an exclude that explodes": {"directory_hash", []tftypes.Value{text(directory), squashfs, texts(strings.Repeat("{a,aa}", 30))}, 2, `combinations of alternatives`},
		"two lists":                {"directory_hash", []tftypes.Value{text(directory), squashfs, texts("a"), texts("b")}, 3, `put all patterns into the first`},
		"no address":               {"checksum_address", []tftypes.Value{text("0x12")}, 0, `0x and 40 hexadecimal digits`},
		"a wrong digit":            {"checksum_address", []tftypes.Value{text("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d358")}, 0, `copy the address again`},
		"no number":                {"parse_size", []tftypes.Value{text("-1GiB")}, 0, `"-1GiB" is not a size: give a number and a unit`},
		"no unit":                  {"parse_size", []tftypes.Value{text("4 gigs")}, 0, `give a number and a unit`},
		"no whole number":          {"parse_size", []tftypes.Value{text("4GB")}, 0, `"4GB" is 4000000000 bytes, .* give it in MiB or GiB`},
		"bytes":                    {"parse_size", []tftypes.Value{text("4096")}, 0, `is 4096 bytes`},
		"beyond all":               {"parse_size", []tftypes.Value{text("99999999 EiB")}, 0, `is not a size`},
		".env without a name":      {"parse_dotenv", []tftypes.Value{text("A=1\n=secret\nB=2")}, 0, `^Line 2 begins neither .* mend it`},
		".env without a value":     {"parse_dotenv", []tftypes.Value{text("# c\nA=1\nsecret")}, 0, `^Line 3 `},
		".env with a wrong name":   {"parse_dotenv", []tftypes.Value{text("A=1\nthe secret=1")}, 0, `^Line 2 `},
		".env with a digit":        {"parse_dotenv", []tftypes.Value{text("1A=secret")}, 0, `^Line 1 `},
		".env with an open quote":  {"parse_dotenv", []tftypes.Value{text("A=1\nB=\"secret\nC=3\n")}, 0, `^Line 2 `},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failure := call(t, test.function, test.arguments...)
			if failure == nil {
				t.Fatalf("%s is %s", test.function, got)
			}
			if !regexp.MustCompile(test.want).MatchString(failure.Text) {
				t.Errorf("%q, want %q", failure.Text, test.want)
			}
			if failure.FunctionArgument == nil || *failure.FunctionArgument != test.blamed {
				t.Errorf("argument %v is blamed, want %d", failure.FunctionArgument, test.blamed)
			}
			if regexp.MustCompile("secret").MatchString(failure.Text) {
				t.Errorf("%q shows what may be secret", failure.Text)
			}
		})
	}
}

// A hash is that of the file now; what is excluded by default plays no part in that of a directory.
func TestFiles(t *testing.T) {
	t.Parallel()

	directory := t.TempDir()
	write(t, filepath.Join(directory, "a"), "1")
	squashfs := text("squashfs")
	hashes := func() []tftypes.Value {
		file := text(filepath.Join(directory, "a"))
		var values []tftypes.Value
		for _, c := range []struct {
			function  string
			arguments []tftypes.Value
		}{
			{"file_sha256", []tftypes.Value{file}},
			{"file_cid", []tftypes.Value{file}},
			{"directory_hash", []tftypes.Value{text(directory), squashfs}},
			{"directory_hash", []tftypes.Value{text(directory), text("zip"), texts("b", ".env")}},
			{"directory_hash", []tftypes.Value{text(directory), text("zip"), texts()}},
		} {
			value, failure := call(t, c.function, c.arguments...)
			if failure != nil {
				t.Fatal(failure.Text)
			}
			values = append(values, value)
		}
		return values
	}
	expect := func(before, after []tftypes.Value, changed ...bool) {
		t.Helper()
		for i, want := range changed {
			if got := !before[i].Equal(after[i]); got != want {
				t.Errorf("hash %d has changed: %t, want %t", i, got, want)
			}
		}
	}

	first := hashes()
	write(t, filepath.Join(directory, ".env"), "A=1")
	second := hashes()
	expect(first, second, false, false, false, false, true)
	write(t, filepath.Join(directory, "b"), "1")
	third := hashes()
	expect(second, third, false, false, true, false, true)
	write(t, filepath.Join(directory, "a"), "2")
	expect(third, hashes(), true, true, true, true, true)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

#!/usr/bin/env python3
"""Records what the real terraform reports about broken syntax: writes diagnostics.txt beside itself.

Each case is a text in diagnostics.txt's own notation (lines `| text`; \\r, \\xNN and \\\\ are decoded when the
header says so). Run it after adding to CASES; the test reads only diagnostics.txt.
"""
import json, os, subprocess, tempfile

# Bodies of `locals {}`: each is put on lines of its own.
EXPRESSIONS = [
    'a = 1', 'a = ', 'a', 'a = 1 b = 2', 'a = 1, b = 2', 'a = 1,', 'a = 1;', 'a = 1 +', 'a = + 1', 'a = 1 + * 2',
    'a = (1', 'a = (1 + 2', 'a = (1 + 2]', 'a = 1)', 'a = ()', 'a = (1 2)', 'a = (\n\n1\n\n2)', 'a = 1 | 2 | 3 | 4 | 5 | 6', 'a = [1, 2', 'a = [1 2]', 'a = [1, , 2]',
    'a = [,]', 'a = [1, 2,]', 'a = [1; 2]', 'a = [', 'a = ]', 'a = {', 'a = { b = 1', 'a = { b = 1 c = 2 }',
    'a = { b = 1, c = 2, }', 'a = { b = 1,, c = 2 }', 'a = { b }', 'a = { b, c }', 'a = { b c = 1 }', 'a = { b.c = 1 }',
    'a = { b = }', 'a = { = 1 }', 'a = { (b = 1 }', 'a = { "b" 1 }', 'a = { 1 = 2, 3 }', 'a = {\n  b = 1\n  c\n}',
    'a = {\n  b\n  = 1\n}', 'a = {\n  b =\n  1\n}', 'a = { b : 1, c = 2 }', 'a = f(', 'a = f(1', 'a = f(1 2)',
    'a = f(1,, 2)', 'a = f(1, 2,)', 'a = f(1...)', 'a = f(1..., 2)', 'a = f(...)', 'a = f(1...', 'a = f(,)',
    'a = p::f(1)', 'a = p::', 'a = p::f', 'a = p::1(2)', 'a = p:: f (1)', 'a = p::f::g', 'a = x.', 'a = x.1.2',
    'a = x.1', 'a = x..y', 'a = x.[1]', 'a = x[', 'a = x[]', 'a = x[1', 'a = x[1 2]', 'a = x[*', 'a = x[*.y]',
    'a = x.*', 'a = x.*.y.*', 'a = x.*.', 'a = x.*.[0]', 'a = x[*].y[*].z', 'a = x[1][', 'a = x.y z', 'a = true ? 1',
    'a = true ? 1 :', 'a = true ?', 'a = true ? : 2', 'a = true ? 1 : 2 : 3', 'a = true\n  ? 1\n  : 2',
    'a = x ? 1 : y ? 2', 'a = x ? y ? 1 : 2', 'a = (x ? 1)', 'a = 1 & 2', 'a = 1 | 2 & 3', 'a = ~1', 'a = 1 ^ 2',
    'a = 2 ** 3', "a = 'x'", "a = 'x' + 'y'", "a = 'x' + 'y' + 'z'", 'a = `x`', 'a = “x”', 'a = @', 'a = $x', 'a = 1.',
    'a = .5', 'a = 1..2', 'a = 1.2.3', 'a = 1e', 'a = 0x10', 'a = 1_000', 'a = 1e5e5', 'a = 1a', 'a = -', 'a = !',
    'a = - -1', 'a = !!true', 'a == 1', 'a => 1', 'a : 1', '"a" = 1', '1 = 2', 'a.b = 1', 'a[0] = 1', '= 1', '{ }',
    '[1]', '(a) = 1', '}', 'a = 1 }', 'a = }', 'a = 1\na = 2', 'a = 1\nb = 2\na = 3\nb = 4',
    # strings
    'a = "x', 'a = "x\n', 'a = "x\ny"', 'a = "\\q"', 'a = "\\"', 'a = "\\u12"', 'a = "\\u00zz"', 'a = "\\U0001F6"',
    'a = "\\u00e9 \\é"', 'a = "${"', 'a = "${x"', 'a = "${x y}"', 'a = "${}"', 'a = "${x:y}"', 'a = "${x', 'a = "${x +}"',
    'a = "${"a"', 'a = "a${x}b${y"', 'a = "$${x"', 'a = "%%{x"', 'a = "$"', 'a = "100%"', 'a = "%{"', 'a = "%{ x }"',
    'a = "%{ iff x }y%{ endif }"', 'a = "%{ if }"', 'a = "%{ if x }"', 'a = "%{ if x }y%{ else }"',
    'a = "%{ if x }y%{ else }z%{ else }%{ endif }"', 'a = "%{ if x }y%{ endfor }"', 'a = "%{ endif }"', 'a = "%{ else }"',
    'a = "%{ for }%{ endfor }"', 'a = "%{ for x }%{ endfor }"', 'a = "%{ for x, }%{ endfor }"',
    'a = "%{ for x in }%{ endfor }"', 'a = "%{ for x in y }"', 'a = "%{ for x in y }%{ endif }"',
    'a = "%{ for x in y }%{ else }%{ endfor }"', 'a = "%{ if x y }z%{ endif }"', 'a = "%{ if x }%{ endif foo }"',
    'a = "%{ endfor }"', 'a = "%{ if x }%{ for y in z }%{ endif }%{ endfor }"', 'a = "%{ 1 }"', 'a = "%{ if x'
    , 'a = "${ {a=1} }"', 'a = "${ {a=1 }"', 'a = "${~ x ~}"', 'a = { b ~}', 'a = "x" "y"', 'a = "x"y',
    'a = "x${\n y \n}z"', 'a = "x${ # c\n y \n}z"', 'a = "\t"', 'a = "x ${"y ${z} \\q"}"',
    # heredocs
    'a = <<EOT\nx\nEOT', 'a = <<EOT\nx', 'a = <<EOT x\nEOT', 'a = << EOT\nEOT', 'a = <<"EOT"\nx\nEOT', 'a = <<EOT\nx\n  EOT',
    'a = <<EOT\n${x\nEOT', 'a = <<EOT\n${x y}\nEOT', 'a = <<EOT\nx\nEOT y', 'a = <<EOT\n%{ if x }\nEOT', 'a = [<<EOT\nx\nEOT, 1]',
    'a = [<<EOT\nx\nEOT\n, 1]', 'a = <<-\nx\n', 'a = <<EOT\n\\q\nEOT', 'a = <<EOT\nx ${<<IN\ny\nIN\n} z\nEOT', 'a = <EOT',
    # for
    'a = [for', 'a = [for]', 'a = [for x]', 'a = [for x in]', 'a = [for x in y]', 'a = [for x in y:]', 'a = [for x in y: x',
    'a = [for x, in y: x]', 'a = [for x, y, z in w: x]', 'a = [for 1 in y: x]', 'a = [for x in y: x => x]', 'a = [for x in y: x...]',
    'a = [for x in y: x if]', 'a = [for x in y: x if true 1]', 'a = {for x in y: x}', 'a = {for x in y: x => x...}',
    'a = {for x in y: x => }', 'a = {for x in y: x => x, }', 'a = {for x in y: x => x... if x}', 'a = {for = 1}',
    'a = [for x in y: x for]', 'a = {for x on y: x => x}', 'a = {\n  for x in\n y : \n x => \n x\n}',
    # comments and odd bytes
    'a = 1 /* c */', 'a = 1 /* c', 'a = /* c */ 1', 'a /* c */ = 1', 'a = # c\n1', 'a = 1 // c', 'a = 1 /', '/* c',
    'a = [1, # c\n 2 // d\n]', 'a = "é" +', 'é = é é', 'a = "👨‍👩‍👧" x',
]

FILES = [
    'a = { b = 1 ?\n c = 2 }.\nd = 3\n', 'a = 1 +\nb = x.\nc = x..y\nd = x.*.\n',
    'x { a = 0.:5 }\n\ny {\n}\n', 'x {{}\n\ny\nz {\n}\n', 'a = "%', 'a = "$', 'a = "$$', 'a = <<E\n%', 'x {\n  a = 1 2\n}\ny { b = 3\n}\nz { c = 4, d = 5 }\nw { e = 6 7 }\n',
    'x', 'x {', 'x }', 'x {}', 'x "a" {}', 'x "a {}', 'x "a${b}" {}', 'x "a%{if b}" {}', 'x "a\\q" {}', 'x a "b" c {\n}',
    'x 1 {}', 'x = {', 'x "a" = 1', 'x "a"', 'x "a"\n{\n}', 'x { a = 1 }', 'x { a = 1', 'x { a = 1\n}', 'x {\n  a = 1 }',
    'x { a = 1, b = 2 }', 'x { a = 1 b = 2 }', 'x { a }', 'x { a {} }', 'x { a "b" {} }', 'x { 1 }', 'x { "a" = 1 }',
    'x { a = }', 'x {}\ny {} z {}', 'x {} y', 'x {},', 'x {\n', 'x {\n  y {\n  }\n', 'x {\n  y {\n', 'x {\n}\n}\n',
    'x {\n  a = [\n}\ny {\n  b = 1 +\n}\n', 'x {\n  a = (1\n}\ny {\n}\n', 'x {\n  a =\n}\ny {\n  b =\n}\n', '"x" {\n}\n', '[x]\n',
    'x {\n  "a" = 1\n  b = 2\n}\n', 'x {\n  a.b = 1\n}\n', 'x.y {\n}\n', 'x y.z {\n}\n', 'x\ny\nz\n', 'x =\ny =\nz =\n',
    'a = 1\na = 2\nb = 1 +\nc d\n', 'x: y\n', '# c', '# c\nx', '/* c */ x {}\n', 'x /* c */ {}\n', 'x { /* c */ }\n', 'x { # c\n}\n', 'x { /* c */ a = 1 }\n',
    'x { /* c */\n  a = 1\n}\n', '', '\n\n', 'x "a" "b"\n\ny "c" {\n}\n', 'x {\n  y = "${z\n}\nw {\n}\n', 'x {\n  y = "a\n}\nw {\n}\n',
    'x {\n  y = f(1\n  z = 2\n}\n', 'x {\n  y = { a = 1\n  z = 2\n}\n', 'x {\n  a = 1 2\n  b = 3 4\n}\ny {\n  c = 5 6\n}\n',
    'x {\n  a == 1\n  b == 2\n}\ny {\n  c == 3\n}\n', 'x = 1\n}\n', 'x (a) {}\n', 'x "a", "b" {}\n', 'x; y\n', 'for = 1\nif = 2\nnull = 3\n',
    'resource "a" "b" {\n  c = <<EOT\nfoo\n', 'terraform { required_version = ">= 1" }\n', 'locals { a = 1\n b = 2 }\n', 'x {\n a = "b"\n\n  y "z" {\n    c = \n  }\n}\n',
]

RAW = ['a = 1\\r\nb = \\r\n', 'x {\\r\n  a = "b\\r\n}\\r\n', '\\xef\\xbb\\xbfx {\n', '\\xef\\xbb\\xbfa = b c\n', 'a = "\\xff"\n', 'a = \\xff\n', '\\xff\\xfe\n', 'a = 1\\rb = 2\n',
       'a = <<EOT\\r\nx\\r\nEOT\\r\nb c\\r\n', 'a = <<EOT\nx\\xffy\nEOT\n', '\\x00\n', 'a = "\\x00"\n', '# c\\r\nx\\r\n', 'a = 1 # \\xff\n', 'a = "\\\\\\xff"\n', 'é\\xcc\\x81 = 1 2\n']


def decode(text):
    out, i, raw = b'', 0, text
    while i < len(raw):
        if raw[i] != '\\':
            out += raw[i].encode(); i += 1
        elif raw[i + 1] == 'r':
            out += b'\r'; i += 2
        elif raw[i + 1] == '\\':
            out += b'\\'; i += 2
        else:
            out += bytes([int(raw[i + 2:i + 4], 16)]); i += 4
    return out


def record(source):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'main.tf'), 'wb') as f:
            f.write(source)
        env = dict(os.environ, CHECKPOINT_DISABLE='1')
        fmt = subprocess.run(['terraform', 'fmt', '-no-color', '-check', 'main.tf'], cwd=folder, env=env, capture_output=True)
        syntactic = [l[7:] for l in fmt.stderr.decode('utf8', 'replace').splitlines() if l.startswith('Error: ')]
        run = subprocess.run(['terraform', 'validate', '-json'], cwd=folder, env=env, capture_output=True)
        lines = []
        for d in json.loads(run.stdout)['diagnostics']:
            if d['summary'] not in syntactic:
                continue
            syntactic.remove(d['summary'])
            a, b = d['range']['start'], d['range']['end']
            context = (d.get('snippet') or {}).get('context') or ''
            code = (d.get('snippet') or {}).get('code', '').count('\n') + 1
            lines.append('> %s @ %d:%d:%d-%d:%d:%d lines %d in %s' % (
                d['summary'], a['line'], a['column'], a['byte'], b['line'], b['column'], b['byte'], code, context))
        assert not syntactic, (source, syntactic)
        return lines


def main():
    cases = [('locals {\n' + ''.join('  ' * (i == 0) + l + '\n' for i, l in enumerate(e.split('\n'))) + '}\n', False) for e in EXPRESSIONS]
    # The same, with the closing brace lost and the file ending at once.
    cases += [('locals {\n  ' + e, False) for e in EXPRESSIONS[::3]]
    cases += [(f, False) for f in FILES] + [(r, True) for r in RAW]
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, 'diagnostics.txt'), 'w') as out:
        for number, (text, raw) in enumerate(cases, 1):
            out.write('=== %d%s\n' % (number, ' raw' if raw else ''))
            for line in text.split('\n'):
                out.write('| %s\n' % line)
            for line in record(decode(text) if raw else text.encode()):
                out.write(line + '\n')


main()

#!/usr/bin/env python3
"""Records what quoted strings and heredocs evaluate to in the real terraform: writes templates.txt beside itself.

A case is the text of an expression whose parts are constant: literals, quoted interpolations, if true/false.
"""
import base64, os, subprocess, tempfile

CASES = [
    '""', '"a"', '"a b"', r'"\n\r\t\"\\"', r'"\u00e9\U0001F600\u0041"', '"$"', '"%"', '"$$"', '"a$b%c"', '"$${x}"', '"%%{x}"',
    '"$$$${x}"', '"%%%%{x}"', '"a$${~x}"', '"100%"', '"$5"', r'"$\n"', r'"\u0065\u0301"', '"e\u0301"', '"${"a"}"', '"x${"a"}y"',
    '"x ${~"a"~} y"', '"x\\n ${~"a"~} \\n y"', '"x $ ${~"a"~} $ y"', '"x${~"a"}${"b"~} y"', '" ${~"a"~} "', '"\u00a0${~"a"~}\u2003b"',
    '"%{if true}a%{endif}"', '"%{if false}a%{endif}"', '"%{if false}a%{else}b%{endif}"', '"x %{~if true~} a %{~else~} b %{~endif~} y"',
    '"%{if true}%{if false}a%{else}b%{endif}%{endif}c"', '"%{if true}%{else}%{endif}"', '"x%{if true}${"a"}%{endif}y"',
    '"%{ if true }$${x}%{ endif }"',
    '<<EOT\nEOT', '<<EOT\n\nEOT', '<<EOT\na\nEOT', '<<EOT\n  a\n b\nEOT', '<<EOT\na\n   EOT', '<<-EOT\n  a\n b\n   c\nEOT', '<<-EOT\n  a\n\n  b\nEOT',
    '<<-EOT\n  a\n \n  b\nEOT', '<<-EOT\n    \n  b\n  EOT', '<<-EOT\n\ta\n\t\tb\nEOT', '<<-EOT\n\ta\n  b\nEOT', '<<-EOT\n  ${"a"}\n    b\nEOT', '<<-EOT\n${"a"}\n    b\nEOT',
    '<<-EOT\n  a ${"b"}\n    c\n  EOT', '<<-EOT\n  a\n  ${"b"} c\n    d\nEOT', '<<-EOT\n    %{ if true }\n    a\n    %{ endif }\n    b\nEOT',
    '<<-EOT\n    %{~ if true ~}\n    a\n    %{~ endif ~}\n    b\nEOT', '<<-EOT\n    %{ if true ~}\n    a\n    %{ endif ~}\n    b\nEOT', '<<-EOT\n  x\n  %{~ if true }\n  a\n  %{ endif ~}\n  b\nEOT',
    '<<EOT\na ${~ "x" ~}\n\n  c\nEOT', '<<EOT\na\n  ${~ "x" ~}  \nb\nEOT', '<<EOT\n$ % $$ %% $x\nEOT', '<<EOT\n$${x} %%{y}\nEOT', '<<EOT\n$${\n%%{\nEOT', '<<EOT\n\\n \\q "x"\nEOT',
    '<<EOT\n$\n%\n$$\nEOT', '<<EOT\na$\n\nb%\nEOT', '<<EOT\n$\nEOT', '<<EOT\na\nEOTX\n EOT x\nEOT', '<<EOT\n${"a"}EOT\nEOT', '<<EOT\n$EOT\nEOT', '<<EOT\nx ${<<IN\ny\nIN\n} z\nEOT',
    '<<-EOT\n  x ${<<-IN\n      y\n     w\n    IN\n} z\n  EOT', '<<a-b\nx\na-b', '<<\u00e9\nx\n\u00e9', '<<EOT\n\u00a0EOT\n', '<<-EOT\n \u00a0a\n  b\nEOT', '<<-EOT\n  a\n  $b\n   $c\nEOT', '<<-EOT\n  a\n  $${b}\n   %%{c}\nEOT',
    '<<-EOT\n  a\n $\n  b\nEOT', '<<EOT\n${"a"}${"b"}\n${"c"}\nEOT', '<<EOT\n  ${"a" ~}\n  b\n  ${~ "c"}\nEOT', '<<-EOT\n      a\n  ${"x" ~}\n      b\nEOT', '<<EOT\n%{ if true }x%{ endif }\nEOT',
    '<<-EOT\n  a\\n\n  b\n  EOT', '<<EOT\n\tx  \n  \n\nEOT',
]


def main():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'main.tf'), 'w') as f:
            for i, case in enumerate(CASES):
                f.write('locals {\n  t%d = %s\n}\n' % (i, case.rstrip('\n')))
        query = 'join(",", [%s])\n' % ', '.join('base64encode(local.t%d)' % i for i in range(len(CASES)))
        run = subprocess.run(['terraform', 'console', '-no-color'], input=query, text=True, cwd=folder, capture_output=True)
        values = run.stdout.strip().strip('"').split(',')
        assert len(values) == len(CASES), run.stdout + run.stderr
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, 'templates.txt'), 'w') as out:
        for case, value in zip(CASES, values):
            value = base64.b64decode(value).decode()
            out.write('===\n' + ''.join('| %s\n' % l for l in case.rstrip('\n').split('\n')))
            out.write(''.join('> %s\n' % l for l in value.replace('\r', '\\r').split('\n')))


main()

#!/usr/bin/env python3
"""Records what the real `terraform fmt` makes of ugly files: writes fmt/<name>.in and .out from CASES below.

The test reads only the files. Run this again after adding a case.
"""
import os, subprocess, tempfile

CASES = {
'empty': '',
'blank_lines': '\n\n\na=1\n\n\n\nb=2\n\n',
'no_final_newline': 'a=1\nbb=2',
'only_comment': '   # hi   \n',
'comment_no_newline': 'a=1\n  # end',
'indent_blocks': 'x "a" {\n      b = 1\n\n  y {\nz=2\n        }\n}\n',
'tabs': 'x {\n\ta\t=\t1\n\t\tbb =\t2\t# c\n}\n',
'trailing_spaces': 'a = 1   \nx {   \n   \n}   \n',
'crlf': 'x   "a" {\r\n  a=1\r\n  bbb = 2 # c\r\n\r\n}\r\n',
'crlf_heredoc': 'a=<<EOT\r\n  x\r\nEOT\r\nbb=1\r\n',
'bom': '\ufeffa=1\nbbb=2\n',
'align': 'a = 1\nbbb = 2\ncccccc = 3\n\nd = 1\nee = 2\n',
'align_unicode': 'é = 1\naaa = 2\nñandú = 3\n',
'align_broken_by_comment': 'a = 1\n# c\nbbb = 2\n',
'align_broken_by_block': 'x {\na = 1\ny {\n}\nbbb = 2\n}\n',
'align_multiline_value': 'a = 1\nf = {\nx = 1\nyyy = 2\n}\nbbb = 2\nc = [\n1,\n2\n]\ndddd = 3\n',
'align_heredoc': 'a = 1\nu = <<EOT\nx\nEOT\nbbb = 2\n',
'comments_aligned': 'a = 1 # one\nbbb = 22 // two\ncc = 333 # three\nd = [ # open\n1, # x\n22 # y\n]\n',
'comments_run': 'a = 1 # one\nb = 2\nccc = 3 # three\nx { # block\ny = 1 # why\n} # end\n',
'comment_only_lines': 'x {\n# a\n      // b\n/* c */\n   /* d\n      e */\na = 1\n}\n',
'inline_comments': 'a = /* x */ 1\nb = 1 /* y */\nc /* z */ = 3\nd = [1, /* q */ 2]\n',
'inline_comment_eof': 'a = 1 /* y */',
'comment_before_brace': 'x /* c */ {\n}\ny /* c */ "a" /* d */ {\n}\nz a /* e */ b {}\n',
'labels': 'resource a b {\n}\nresource "a" b {\n}\ndata   "x"   "y"   {\n}\n',
'labels_escapes': 'x "a\\tb" "c\\u00e9" "f\\"g" "h\\\\i" "" {\n}\nx "\\u200b" "\\U0001F600" "\\u0001" {}\n',
'one_line_blocks': 'x{}\ny  { }\nz{a=1}\nw "l"{  a   =   1   }\nv {\n}\n',
'one_line_objects': 'a={}\nb={ }\nc={x=1}\nd={x=1,y=2}\ne={x:1,  y : 2}\nf={"k"=1,(v)=2,}\n',
'lists': 'a=[]\nb=[ ]\nc=[1,2,3]\nd=[ 1 , 2 ,3, ]\ne=[\n1,\n  2,\n      3\n]\nf = [[1],[2,[3]]]\n',
'nested_objects': 'a = {\nb = {\nc = 1\nddd = {\ne = 2\n}\n}\n"f" = 3\nggg = 4\n}\n',
'object_colons': 'a = {\nb : 1\nccc : 2\n"d":3\n}\n',
'object_mixed': 'a = {\nb = 1, c = 2\nddd = 3,\n(e) = 4\n"${f}" = 5\n}\n',
'double_open': 'a = [{\nb = 1\nccc = 2\n}, {\nb = 3\n}]\nc = f({\nx = 1\n})\nd = f([\n1\n])\n',
'close_many': 'a = [\n[\n1]]\nb = {\nc = {\nd = 1}}\ne = f(\ng(\n1))\n',
'calls': 'a = foo ( 1,2 )\nb = foo()\nc = foo( )\nd = foo(\n1,\n2\n)\ne = foo(bar...)\nf = foo (bar ...)\ng = p :: f (1)\nh=p::q::f(1)\n',
'operators': 'a=1+2\nb=1-2\nc=a-b\nd=a - b\ne=-1\nf=- 1\ng=!x\nh=! x\ni=1*-2\nj=(-1)\nk=[-1,- 2]\nl=a?-b:-c\nm=a==-1\nn=a&&!b||!c\no=x>=1\np=x%2\nq=x/2\nr=a<b\ns = {-1 = 2}\n',
'minus_after_closers': 'a=f(1)-2\nb=x[0]-1\nc={a=1}.a-1\nd="a"-1\ne=1 - -1\nf=x.y -1\ng=true-1\n',
'conditional': 'a=b?c:d\ne = (\nb\n? c\n: d\n)\nf=(b?c:d)\n',
'traversals': 'a = b . c\nd = e [ 0 ]\nf = g . * . h\ni = j [ * ] . k\nl = m.0.n\no = p["q"]["r"]\ns = f(x) [0]\nt = [1] [0]\nu = {a=1} ["a"]\nv = "x" [0]\nw = (a) [0]\n',
'for_list': 'a = [for x in y:x]\nb = [ for k,v in m : v if v!=1 ]\nc = [for x in [1,2]: x]\nd = [\nfor x in y:\nx\n]\n',
'for_object': 'a = {for x in y:x=>x}\nb = { for k , v in m : k => v ... if k != "a" }\nc = {\nfor k, v in m :\nk => v\n}\nd = {for x in {a=1}: x=>[x]}\n',
'templates': 'a = "x${ b }y"\nc = "x${b}y${ c }z"\nd = "%{ if x }y%{ else }z%{ endif }"\ne = "x${~ b ~}y"\nf = "%{~ for x in y ~}z%{~ endfor ~}"\ng = "${ {a=1}["a"] } x"\nh = "a$b%c"\ni = "$${x} %%{y}"\n',
'template_nested': 'a = "x ${ f( "y ${ z }" ) }"\nb = "x ${ { a = 1 } }y"\nc = "x${ [1,2][ 0 ] }"\nd = "x${ -1 }y${ !b }"\n',
'template_multiline': 'a = "x ${\nb\n} y"\nc = 1\nx {\nd = "x ${\nf(\n1\n)\n} y"\ne = 2\n}\n',
'unwrap': 'a = "${b}"\nc = "${ b.c[0] }"\nd = "${~ e ~}"\nf = "${g("h")}"\ni = "${j("${k}")}"\nl = "${m}${n}"\no = "${p} "\nq = " ${p}"\nr = ["${s}"]\nt = {u = "${v}"}\nw = "${"x"}"\ny = f("${z}")\n',
'unwrap_multiline': 'a = "${\nb\n}"\nc = "${\nb ? c\n: d\n}"\ne = "${(\nb ? c\n: d\n)}"\nf = "${f(\n1,\n2\n)}"\nx {\ng = "${\nh\n}"\n}\n',
'unwrap_comments': 'a = "${b}" # c\nd = /* e */ "${f}"\ng = "${h}" /* i */\nj = "${ l # k\n}"\nm = "${ /* n */ o }"\n',
'unwrap_in_block': 'x "y" {\na = "${b}"\nz {\nc = "${d}"\n}\n}\nw { a = "${b}" }\n',
'unwrap_no_newline': 'a = "${b}"',
'unwrap_conditional': 'a = "${b ? "c" : "d"}"\ne = "${b == "" ? c : d}"\nf = "${-g}"\nh = "${!i}"\n',
'variable_types': 'variable "a" {\ntype = "string"\n}\nvariable "b" {\ntype = "list"\n}\nvariable "c" {\ntype = "map"\n}\nvariable "d" {\ntype = "bool"\n}\nvariable "e" {\ntype = list\n}\nvariable "f" {\ntype = map\n}\nvariable "g" {\ntype = set\n}\nvariable "h" {\ntype = list(string)\n}\nvariable "i" { type = "string" }\nvariable "j" { type = any }\n',
'variable_types_elsewhere': 'x "a" {\ntype = "string"\n}\nvariable "b" {\nvalidation {\ntype = "list"\n}\ndefault = "${c}"\n}\ny {\nvariable "z" {\ntype = "map"\n}\n}\nvariable "q" {\n  type = "${string}"\n}\n',
'variable_type_comment': 'variable "a" {\ntype = "string" # c\n}\nvariable "b" {\ntype = /* d */ "list" // e\ndescription = "x"\n}\n',
'heredoc': 'a=<<EOT\n   x ${ y }\n     z\nEOT\nb   =   <<-EOT\n      x\n    y\n    EOT\n',
'heredoc_in_block': 'x {\na = <<EOT\nfoo\n  EOT\nbbb = 1\ny {\nc = <<-EOT\n  %{ if x }\n  y\n  %{ endif }\nEOT\n}\n}\n',
'heredoc_in_call': 'a = f(<<EOT\nx\nEOT\n)\nb = f(<<EOT\nx\nEOT\n, 1)\nc = [<<A\n1\nA\n, <<B\n2\nB\n]\nd = {\ne = <<A\n1\nA\nf = 2\n}\n',
'heredoc_empty': 'a=<<EOT\nEOT\nb=1\n',
'heredoc_marker_spaces': 'a=<<EOT\nx\n    EOT   \nb=1\n',
'heredoc_template_multiline': 'x {\na = <<EOT\n${\nfoo\n} bar\nEOT\nbb = 1\n}\ny = 2\nzzz = 3\n',
'heredoc_template_brackets': 'x {\na = <<EOT\n${ f([\n1,\n2\n]) } bar\n%{ for x in [\n1] ~}\n  q\n%{ endfor }\nEOT\nbb = 1\n}\n',
'heredoc_nested': 'a = <<EOT\nx ${ <<IN\ny\nIN\n } z\nEOT\nb = 1\n',
'heredoc_dollar': 'a = <<EOT\n$ % $x $${y} %%{z}\nEOT\nbb=1\n',
'equals_forms': 'a   =1\nb=   2\nc=d==1?2:3\ne = f == g\n',
'paren_multiline': 'a = (\n1 +\n2\n)\nb = (1 +\n2)\nx {\nc = (\n  d\n    && e\n)\n}\n',
'one_liner_closing': 'x {\na = [1,\n2]\nb = {c = 1\nd = 2}\n}\n',
'asymmetric': 'a = [{ b = [\n1\n] }, {\nc = [\n2\n]\n}\n]\nd = 1\n',
'object_in_list_lines': 'a = [\n{ b = 1 },\n{\nc = 1\ndd = 2\n},\n{ e = 1, f = 2 },\n]\n',
'comment_in_list': 'a = [\n# x\n1,\n   # y\n   2, // z\n/* w */ 3,\n]\n',
'comment_in_object': 'a = {\n# x\nb = 1 # bb\nccc = 2 # cc\n\nd = 3 # dd\n}\n',
'comment_after_open': 'x { # one\na = 1\n} # two\ny = [ # three\n] # four\nz = { # five\nb = 1 # six\n}\n',
'comment_widths': 'aé = "ü" # one\nb = "x" # two\nccc = "👨‍👩‍👧" # three\n',
'semantic_real': 'terraform {\nrequired_version=">= 1.0"\nrequired_providers {\nokta={\nsource="okta/okta"\nversion="~> 4.0"\n}\n}\n}\n\nprovider "okta" {\norg_name="${var.org}"\nbase_url   = var.url # the org\n}\n\nresource okta_user "u" {\nfor_each={for u in var.users:u.login=>u}\nfirst_name=each.value.first\nlast_name     =      each.value["last"]\nlogin=lower("${each.key}@example.com")\nlifecycle{ignore_changes=[first_name,last_name]}\n}\n\noutput ids {\nvalue=[for u in okta_user.u:u.id]\n}\n',
'tfvars': 'a="b"\nlist=["x","y",]\nmap={\na=1\nbbb=2\n}\n',
'dynamic': 'resource "a" "b" {\ndynamic "c" {\nfor_each=var.d\niterator=it\ncontent {\ne=it.value\nfff=it.key\n}\n}\n}\n',
'keywords_as_names': 'for = 1\nin = 2\nif = 3\nnull = 4\ntrue = 5\na = in\nc = f(in [0])\ne = [for x in [0] : x]\n',
'splat_space': 'a = b [*] . c [0]\nd = b.* . c\ne = b[ * ]\n',
'numbers': 'a = 1.50\nb = 1e10\nc = 007\n',
'spaces_in_strings': 'a = "  x   y  "\nb = "\\t${  c  }  "\n',
'ellipsis': 'a = f(b ... )\nc = {for x in y : x => x ...}\n',
'arrow_and_question': 'a = {for x in y : x=>x}\nb = c ?d :e\nf = g?[1]:[2]\nh = g ? {a=1}:{}\n',
'block_in_one_line_comment': 'x { /* c */ }\ny { # d\n}\nz { a = 1 } # e\nw { a = 1 } /* f */\n',
'deep': 'a {\nb {\nc {\nd {\ne = {\nf = [\n{\ng = 1\n}\n]\n}\n}\n}\n}\n}\n',
'equals_in_object_lines': 'a = {\n"b" = 1\n(c) = 2\n"${d}-e" = 3\nf = { g = 1 }\nh = [1]\ni = {\nj = 1\n}\n}\n',
'leading_blank_in_block': 'x {\n\n\na = 1\n\n\n}\n',
'consecutive_blocks': 'x {}\ny {}\n\n\n\nz {}\n',
'long_comment_block': '/*\n   keep\n     this\n*/\na=1\nx {\n/*\n   and\n this\n*/\nb=1\n}\n',
'comment_mid_run': 'a = 1 # x\nbb = 2 /* y */ # z\nccc = 3\n',
'doc_comment_slash': '//x\n//  y\na=1//z\n',
'index_newlines': 'a = b[\n0\n]\nc = 1\n',
'unary_chain': 'a = - -1\nb = !!c\nd = -(-1)\ne = - - - 1\n',
'string_concat_lines': 'a = "${b}-${\nc}-${d\n}"\ne = 1\n',
'type_object': 'variable "x" {\ntype=object({\na=string\nbbb=optional(number,1)\nc = list( object( { d = string } ) )\n})\ndefault={}\n}\n',
'heredoc_flush_align': 'x {\nlong_name = 1\nu = <<-EOT\n    a\n    EOT\nb = 2 # c\n}\n',
'eof_in_indent': 'x {\na = 1\n  }',
'comment_eof_in_block': 'x {\na = 1\n# end\n}\n# very end',
'empty_template': 'a = ""\nb = "${""}"\nc = <<-E\nE\n',
'quoted_for_key': 'a = {for k, v in m : "${k}" => "${v}"}\nb = {"${k}" = "${v}"}\n',
'unwrap_key_only': 'locals {\na = "${var.b}"\n  ccc = "${var.d}-x"\n}\n',
}


def main():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'fmt')
    os.makedirs(here, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in CASES.items():
            with open(os.path.join(folder, name + '.tf'), 'wb') as f:
                f.write(text.encode())
        run = subprocess.run(['terraform', 'fmt', '-no-color'], cwd=folder, capture_output=True)
        assert run.returncode == 0, run.stderr.decode()
        for name, text in CASES.items():
            with open(os.path.join(folder, name + '.tf'), 'rb') as f:
                out = f.read()
            with open(os.path.join(here, name + '.in'), 'wb') as f:
                f.write(text.encode())
            with open(os.path.join(here, name + '.out'), 'wb') as f:
                f.write(out)


main()

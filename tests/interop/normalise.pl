#!/usr/bin/perl
# Makes the records of two programs comparable; standard input to standard output. What stays: exit codes, plan
# bodies, progress, summaries and source snippets of diagnostics, states, JSON. What goes: the product's name, the
# prose of the details of diagnostics (ours says more), where prose is wrapped, times, serials and lineages. Random ids
# become <id1>, <id2>, ... in the order of their appearance, the same one for the same id in the whole case. Runs of
# progress lines are sorted, as resources that do not depend on each other may finish in any order (--ordered keeps all but refreshing).
use strict;
use warnings;

my $ordered = @ARGV && $ARGV[0] eq '--ordered';
my $progress = qr/^(?:\e\[\d+m)*(?:data\.|ephemeral\.|module\.|[a-z_]+\.).+?: (?:Creating|Modifying|Destroying|Refreshing state|Reading|Creation complete|Modifications complete|Destruction complete|Read complete|Preparing import|Importing|Import complete|Provisioning with)/;
my $refreshing = qr/: Refreshing state\.\.\./;
my $uuid = qr/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

my (@progress, %ids, @paragraph);
my $section = '';
my $failed = 0;
my $previous = '';
my $diagnostic = '';  # '', 'summary', 'snippet', 'detail'

sub mask {
  my ($line) = @_;
  $line =~ s/ after \d+s/ after <n>s/g;
  $line =~ s/"(\@?timestamp)":"[^"]*"/"$1":"<time>"/g;
  $line =~ s/deposed object [0-9a-f]{8}/deposed object <key>/g;
  $line =~ s/"deposed":(\s*)"[0-9a-f]{8}"/"deposed":$1"<key>"/g;
  $line =~ s/(?:(?<![A-Za-z_])|(?<=\[0m)|(?<=\[1m))(?:Terraform|Parterre)\b/<Product>/g;
  $line =~ s/^(\s*)"detail": ".*"/$1"detail": "<detail>"/;
  $line = $1 . join(', ', sort split(/, /, $2)) if $line =~ /^((?:│ )?Error: Cycle: )(.*)/;
  $line =~ s/(?<![\w.\/\[])(?:terraform|parterre)(?= [a-z])/<product>/g unless $line =~ /^\s*(?:\d+: )?\s*terraform \{/;
  $line =~ s/($uuid)/$ids{$1} \/\/= '<id' . (1 + keys %ids) . '>'/ge;
  $line =~ s/\s+$//;
  return $line;
}

sub out { print mask($_[0]), "\n"; }

sub flush_progress {
  my %key = map { my $k = $_; $k =~ s/$uuid//g; ($_ => $k) } @progress;
  out($_) for sort { $key{$a} cmp $key{$b} } @progress;
  @progress = ();
}

# Lists in states whose order means nothing: paths of sensitive attributes, results of checks.
sub sort_lists {
  my (@lines) = @_;
  my @out;
  while (@lines) {
    my $line = shift @lines;
    push @out, $line;
    next unless $line =~ /^( *)"(?:sensitive_attributes|check_results)": \[$/;
    my ($indent, @items, $item) = ($1);
    while (@lines && $lines[0] !~ /^$indent\]/) {
      my $part = shift @lines;
      $item .= "$part\n";
      next unless $part =~ /^$indent  [\]}],?$/;
      $item =~ s/,\n$/\n/;
      push @items, $item;
      $item = '';
    }
    push @out, map { split /\n/ } sort @items;
  }
  return @out;
}

# Wrapped prose goes back to its paragraph.
sub flush_paragraph {
  return unless @paragraph;
  my $text = join ' ', @paragraph;
  @paragraph = ();
  out($text);
}

sub put {
  my ($line) = @_;
  if ($line =~ ($ordered ? $refreshing : $progress)) { flush_paragraph(); push @progress, $line; return; }
  flush_progress();
  if ($section eq 'std' && $line =~ /^(?:\e\[\d+m)*[A-Z(]/ && !@paragraph) { @paragraph = ($line); return; }
  if (@paragraph && $line =~ /^[A-Za-z"(`]/ && length($paragraph[-1]) >= 50) { push @paragraph, $line; return; }
  flush_paragraph();
  out($line);
}

my $in_checks = 0;
chomp(my @lines = <STDIN>);
for my $line (sort_lists(@lines)) {
  if ($line =~ /^=== / || $line =~ /^--- (std|state )/) {
    $section = $line =~ /^--- (std|state)/ ? $1 : '';
    $diagnostic = '';
    put($line);
    next;
  }
  next if $section eq 'state' && $line =~ /^  "(?:serial|lineage)": /;
  # Results of conditions are not kept in our states: see README.md.
  if ($section eq 'state' && $line =~ /^  "check_results": (.*)/) { $in_checks = $1 eq '['; next; }
  if ($in_checks) { $in_checks = 0 if $line eq '  ]'; next; }
  my $plain = $line;
  $plain =~ s/\e\[\d+m//g;
  # What was refreshed before a run failed depends on when: ours reads all at once.
  $failed = $1 != 0 if $line =~ /^exit (\d+)$/;
  next if $failed && $line =~ /: Refreshing state\.\.\./;
  # "Error: summary", blank, snippet (indented), blank, detail; the end of the last cannot be seen without the box, so
  # that everything up to the next line that is known goes.
  # A detail may have a line that begins like that too, but no blank line before it.
  my $begins = $plain =~ /^│ / || $previous eq '' || $previous =~ /^---/;
  $previous = $plain;
  if ($section eq 'std' && $begins && $plain =~ /^(?:│ )?(?:Error|Warning): /) {
    put($line);
    $diagnostic = 'summary';
    next;
  }
  if ($diagnostic eq 'summary') {
    next if $plain =~ /^(?:│ ?)?$/;
    if ($plain =~ /^(?:│ )?  (?:on|with) /) { $diagnostic = 'snippet'; put($line); next; }
    $diagnostic = 'detail';
  }
  if ($diagnostic eq 'snippet') {
    if ($plain =~ /^(?:│ ?)?$/) { $diagnostic = 'detail'; } else { put($line); next; }
  }
  if ($diagnostic eq 'detail') {
    if ($plain =~ /^(?:╵|Apply complete!|Destroy complete!|Success!|Outputs:|Plan:|─────|Saved the plan)/ || $line =~ $progress) {
      $diagnostic = '';
      next if $plain =~ /^╵/;
    } else {
      next;
    }
  }
  put($line);
}
flush_progress();
flush_paragraph();

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
# Lines of -json logs that come in no certain order: of progress, and of plans.
my $log_line = qr/^\{"\@level":.*"type":"(?:(apply|refresh|provision|ephemeral_op)_\w+|(planned_change|resource_drift))"\}$/;
my $cycle = qr/^((?:│ )?Error: Cycle: )/;
my $refreshing = qr/: Refreshing state\.\.\./;
my $uuid = qr/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

my (@progress, %ids, @paragraph);
my $section = '';
my $failed = 0;
my $previous = '';
my $log_kind = '';
my $diagnostic = '';  # '', 'summary', 'snippet', 'detail'

sub mask {
  my ($line) = @_;
  $line =~ s/ after \d+s/ after <n>s/g;
  $line =~ s/"(\@?timestamp)":"[^"]*"/"$1":"<time>"/g;
  $line =~ s/"(?:stamp-)?(?:[0-9a-f]{8}){1,2}"/"<made>"/g;
  $line =~ s/deposed object [0-9a-f]{8}/deposed object <key>/g;
  $line =~ s/"deposed":(\s*)"[0-9a-f]{8}"/"deposed":$1"<key>"/g;
  $line =~ s/(?:(?<![A-Za-z_])|(?<=\[0m)|(?<=\[1m))(?:Terraform|Parterre)\b/<Product>/g;
  $line =~ s/^(\s*)"detail": ".*"/$1"detail": "<detail>"/;
  $line =~ s/"detail":"(?:[^"\\]|\\.)*"/"detail":"<detail>"/g if $line =~ /^\{"\@level":/;
  $line =~ s/^(\s*)"timestamp": "[^"]*"/$1"timestamp": "<time>"/;
  $line = $1 . join(', ', sort split(/, /, $2)) if $line =~ /$cycle(.*)/;
  $line =~ s/(?<![\w.\/\[])(?:terraform|parterre)(?= [a-z])/<product>/g unless $line =~ /^\s*(?:\d+: )?\s*terraform \{/;
  $line =~ s/($uuid)/$ids{$1} \/\/= '<id' . (1 + keys %ids) . '>'/ge;
  $line =~ s/\s+$//;
  return $line;
}

# A document on one line becomes one of many; keys and everything else stay as they are.
sub expand {
  my ($json) = @_;
  my ($out, $level) = ('', 0);
  while ($json =~ /\G("(?:[^"\\]|\\.)*"|[\[{][\]}]|[\[\]{},:]|[^"\[\]{},:]+)/g) {
    my $token = $1;
    if ($token =~ /^[\[{]$/) { $out .= $token . "\n" . '  ' x ++$level; }
    elsif ($token =~ /^[\]}]$/) { $out .= "\n" . '  ' x --$level . $token; }
    elsif ($token eq ',') { $out .= ",\n" . '  ' x $level; }
    elsif ($token eq ':') { $out .= ': '; }
    else { $out .= $token; }
  }
  return split /\n/, $out;
}

sub out { print mask($_[0]), "\n"; }

sub flush_progress {
  my %key = map { my $k = $_; $k =~ s/$uuid//g; $k = mask($k) if $k =~ $cycle; ($_ => $k) } @progress;
  out($_) for sort { $key{$a} cmp $key{$b} } @progress;
  @progress = ();
}

# Lists whose order means nothing: paths of sensitive attributes, results of checks and their objects in states,
# attributes that matter in plans.
sub sort_lists {
  my (@lines) = @_;
  my @out;
  while (@lines) {
    my $line = shift @lines;
    push @out, $line;
    next unless $line =~ /^( *)"(?:sensitive_attributes|check_results|objects|relevant_attributes)": \[$/;
    my ($indent, @items, @item) = ($1);
    while (@lines && $lines[0] !~ /^$indent\]/) {
      push @item, shift @lines;
      next unless $item[-1] =~ s/^($indent  [\]}]),?$/$1/;
      push @items, join("\n", sort_lists(@item));
      @item = ();
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
  # Several cycles are told in any order, too.
  if ($line =~ $log_line) {
    my $kind = $1 // $2;
    return if $failed && $kind eq 'refresh';
    flush_paragraph();
    flush_progress() if $kind ne $log_kind && "$kind$log_kind" =~ /planned_change|resource_drift/;
    $log_kind = $kind;
    push @progress, $line;
    return;
  }
  if ($line =~ $cycle || $line =~ ($ordered ? $refreshing : $progress)) { flush_paragraph(); push @progress, $line; return; }
  flush_progress();
  if ($section eq 'std' && $line =~ /^(?:\e\[\d+m)*[A-Z(]/ && !@paragraph) { @paragraph = ($line); return; }
  if (@paragraph && $line =~ /^[A-Za-z"(`]/ && length($paragraph[-1]) >= 50) { push @paragraph, $line; return; }
  flush_paragraph();
  out($line);
}

# Where plugins come from is not the matter of a case, and the warning has no visible end.
my $text = do { local $/; <STDIN> };
$text =~ s/^(?:│ )?Warning: Provider development overrides are in effect\n.*?^(?:│ )?releases\.\n(?:╵\n)?\n?//gms;
my @lines = map { /^\{"format_version":/ ? expand($_) : $_ } split /\n/, $text;
for my $line (sort_lists(@lines)) {
  if ($line =~ /^=== / || $line =~ /^--- (std|state )/) {
    $section = $line =~ /^--- (std|state)/ ? $1 : '';
    $diagnostic = '';
    put($line);
    next;
  }
  next if $section eq 'state' && $line =~ /^  "(?:serial|lineage)": /;
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
    # What was typed is at hand for us, and not for the reference.
    if ($plain =~ /^(?:│ )?  on <console-input> /) { $diagnostic = 'detail'; put($line); next; }
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

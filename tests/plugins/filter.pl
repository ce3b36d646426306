#!/usr/bin/perl
# Takes the warning of development overrides out of the outputs of both programs: it has no visible end, and where a
# plugin comes from is not the matter of a case. Blank lines around it go, too, and times of the run.
use strict;
use warnings;

local $/;
my $text = <STDIN>;
$text =~ s/^(?:│ )?Warning: Provider development overrides are in effect\n.*?^(?:│ )?releases\.\n(?:╵\n)?//gms;
$text =~ s/^(--- stdout\n)\n+/$1/gm;
# Identities are kept in the state as by Terraform 1.12, which 1.11 does not do.
$text =~ s/,\n *"identity_schema_version": \d+,\n *"identity": \{[^{}]*\}(?=,?\n)//g;
$text =~ s/,"identity_schema_version":\d+,"identity":\{[^{}]*\}//g;
$text =~ s/,\s*"(?:before|after)_identity": ?\{[^{}]*\}//g;
$text =~ s/,\s*"list_resource_schemas": ?(\{(?:[^{}]|(?1))*\})//g;
$text =~ s/,\s*"resource_identity_schemas": ?(\{(?:[^{}]|(?1))*\})//g;
# Of these our program tells where they arose, too.
my $placed = qr/Error: (?:An oak is not felled|A yew is protected|Cannot import non-existent remote object|A stone is no plant|No name for a plant|Unable to Move Resource State)|Warning: A plant will die/;
$text =~ s/^($placed\n\n)  with .*\n(?:  on .*\n *\d+: .*\n)?\n?/$1/gm;
# Ids and states that hold the time of the run.
$text =~ s/20(?:2[5-9]|[3-8]\d)-\d\d-\d\dT\d\d:\d\d:\d\dZ/<time>/g;
print $text;

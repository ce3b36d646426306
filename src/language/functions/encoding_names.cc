#include "language/functions/encoding_names.h"

#include "base/core/strings.h"

namespace language::functions {
namespace {

struct Row {
  CharacterEncoding encoding;
  std::string_view aliases;  // in capitals, a space between them; `name` counts too
};

// What the reference accepts: IANA's registry, as far as its library has tables. (Only HZ-GB-2312 is missing
// here.) Where several tables of iconv are near, the one that agrees with the reference's.
constexpr Row kRows[] = {
    {{"Big5", "BIG5-HKSCS"}, "CSBIG5"},
    {{"EUC-KR", "UHC"}, "CSEUCKR"},
    {{"Extended_UNIX_Code_Packed_Format_for_Japanese", "EUC-JP"}, "CSEUCPKDFMTJAPANESE EUC-JP"},
    {{"GB18030", "GB18030"}, "CSGB18030"},
    {{"GBK", "GBK"}, "CP936 CSGBK MS936 WINDOWS-936"},
    {{"IBM00858", "IBM858"}, "CCSID00858 CP00858 CSIBM00858 PC-MULTILINGUAL-850+EURO"},
    {{"IBM01140", "IBM1140"}, "CCSID01140 CP01140 CSIBM01140 EBCDIC-US-37+EURO"},
    {{"IBM037", "IBM037"}, "CP037 CSIBM037 EBCDIC-CP-CA EBCDIC-CP-NL EBCDIC-CP-US EBCDIC-CP-WT"},
    {{"IBM1047", "IBM1047"}, "CSIBM1047 IBM-1047"},
    {{"IBM437", "IBM437"}, "437 CP437 CSPC8CODEPAGE437"},
    {{"IBM850", "IBM850"}, "850 CP850 CSPC850MULTILINGUAL"},
    {{"IBM852", "IBM852"}, "852 CP852 CSPCP852"},
    {{"IBM855", "IBM855"}, "855 CP855 CSIBM855"},
    {{"IBM860", "IBM860"}, "860 CP860 CSIBM860"},
    {{"IBM862", "IBM862"}, "862 CP862 CSPC862LATINHEBREW"},
    {{"IBM863", "IBM863"}, "863 CP863 CSIBM863"},
    {{"IBM865", "IBM865"}, "865 CP865 CSIBM865"},
    {{"IBM866", "IBM866"}, "866 CP866 CSIBM866"},
    {{"ISO-2022-JP", "ISO-2022-JP"}, "CSISO2022JP"},
    {{"ISO-8859-10", "ISO-8859-10"}, "CSISOLATIN6 ISO-IR-157 ISO_8859-10:1992 L6 LATIN6"},
    {{"ISO-8859-13", "ISO-8859-13"}, "CSISO885913"},
    {{"ISO-8859-14", "ISO-8859-14"},
     "CSISO885914 ISO-CELTIC ISO-IR-199 ISO_8859-14 ISO_8859-14:1998 L8 LATIN8"},
    {{"ISO-8859-15", "ISO-8859-15"}, "CSISO885915 ISO_8859-15 LATIN-9"},
    {{"ISO-8859-16", "ISO-8859-16"}, "CSISO885916 ISO-IR-226 ISO_8859-16 ISO_8859-16:2001 L10 LATIN10"},
    {{"ISO_8859-1:1987", "ISO_8859-1:1987"},
     "CP819 CSISOLATIN1 IBM819 ISO-8859-1 ISO-IR-100 ISO_8859-1 L1 LATIN1"},
    {{"ISO_8859-2:1987", "ISO_8859-2:1987"}, "CSISOLATIN2 ISO-8859-2 ISO-IR-101 ISO_8859-2 L2 LATIN2"},
    {{"ISO_8859-3:1988", "ISO_8859-3:1988"}, "CSISOLATIN3 ISO-8859-3 ISO-IR-109 ISO_8859-3 L3 LATIN3"},
    {{"ISO_8859-4:1988", "ISO_8859-4:1988"}, "CSISOLATIN4 ISO-8859-4 ISO-IR-110 ISO_8859-4 L4 LATIN4"},
    {{"ISO_8859-5:1988", "ISO_8859-5:1988"}, "CSISOLATINCYRILLIC CYRILLIC ISO-8859-5 ISO-IR-144 ISO_8859-5"},
    {{"ISO_8859-6-E", "ISO-8859-6"}, "CSISO88596E ISO-8859-6-E"},
    {{"ISO_8859-6-I", "ISO-8859-6"}, "CSISO88596I ISO-8859-6-I"},
    {{"ISO_8859-6:1987", "ISO_8859-6:1987"},
     "ARABIC ASMO-708 CSISOLATINARABIC ECMA-114 ISO-8859-6 ISO-IR-127 ISO_8859-6"},
    {{"ISO_8859-7:1987", "ISO_8859-7:1987"},
     "CSISOLATINGREEK ECMA-118 ELOT_928 GREEK GREEK8 ISO-8859-7 ISO-IR-126 ISO_8859-7"},
    {{"ISO_8859-8-E", "ISO-8859-8"}, "CSISO88598E ISO-8859-8-E"},
    {{"ISO_8859-8-I", "ISO-8859-8"}, "CSISO88598I ISO-8859-8-I"},
    {{"ISO_8859-8:1988", "ISO_8859-8:1988"}, "CSISOLATINHEBREW HEBREW ISO-8859-8 ISO-IR-138 ISO_8859-8"},
    {{"ISO_8859-9:1989", "ISO_8859-9:1989"}, "CSISOLATIN5 ISO-8859-9 ISO-IR-148 ISO_8859-9 L5 LATIN5"},
    {{"KOI8-R", "KOI8-R"}, "CSKOI8R"},
    {{"KOI8-U", "KOI8-U"}, "CSKOI8U"},
    {{"macintosh", "macintosh"}, "CSMACINTOSH MAC"},
    {{"Shift_JIS", "SHIFT_JIS", "CP932"}, "CSSHIFTJIS MS_KANJI"},
    {{"US-ASCII", "US-ASCII"},
     "ANSI_X3.4-1968 ANSI_X3.4-1986 CP367 CSASCII IBM367 ISO-IR-6 ISO646-US ISO_646.IRV:1991 US"},
    {{"UTF-16", "UTF-16"}, "CSUTF16"},
    {{"UTF-16BE", "UTF-16BE"}, "CSUTF16BE"},
    {{"UTF-16LE", "UTF-16LE"}, "CSUTF16LE"},
    {{"UTF-8", "UTF-8"}, "CSUTF8"},
    {{"windows-1250", "windows-1250"}, "CSWINDOWS1250"},
    {{"windows-1251", "windows-1251"}, "CSWINDOWS1251"},
    {{"windows-1252", "windows-1252"}, "CSWINDOWS1252"},
    {{"windows-1253", "windows-1253"}, "CSWINDOWS1253"},
    {{"windows-1254", "windows-1254"}, "CSWINDOWS1254"},
    {{"windows-1255", "windows-1255"}, "CSWINDOWS1255"},
    {{"windows-1256", "windows-1256"}, "CSWINDOWS1256"},
    {{"windows-1257", "windows-1257"}, "CSWINDOWS1257"},
    {{"windows-1258", "windows-1258"}, "CSWINDOWS1258"},
    {{"windows-874", "windows-874"}, "CSWINDOWS874"},
};

}  // namespace

const CharacterEncoding* FindEncoding(std::string_view name) {
  const std::string wanted = base::core::AsciiUpper(name);
  for (const Row& row : kRows) {
    if (base::core::AsciiUpper(row.encoding.name) == wanted) return &row.encoding;
    for (const std::string_view alias : base::core::SplitNonEmpty(row.aliases, ' ')) {
      if (alias == wanted) return &row.encoding;
    }
  }
  return nullptr;
}

}  // namespace language::functions

#include "language/functions/family.h"

namespace language::functions {

// Rows of the functions that language/eval carries out.
Table SpecialFunctions() {
  const Type any = Type::Dynamic(), text = Type::String();
  const Parameter vars{"vars", any};
  return {
      {"try",
       "The first argument that can be evaluated without an error.",
       {},
       Parameter{"expressions", any, kAllowUnknown | kAllowDynamic | kAllowMarked},
       any,
       {},
       nullptr,
       true,
       Special::kTry},
      {"can",
       "Whether an expression can be evaluated without an error.",
       {{"expression", any, kAllowUnknown | kAllowDynamic | kAllowMarked}},
       {},
       Type::Bool(),
       {},
       nullptr,
       false,
       Special::kCan},
      {"templatefile",
       "The text of a file with its templates filled in from an object of variables.",
       {{"path", text}, vars},
       {},
       any,
       {},
       nullptr,
       true,
       Special::kTemplateFile},
      {"templatestring",
       "A text of the configuration with its templates filled in from an object of variables.",
       {{"template", text, kAllowNothing, "A reference to the text of the template."},
        {"vars", any, kAllowDynamic, "The variables that the template may use."}},
       {},
       text,
       {},
       nullptr,
       true,
       Special::kTemplateString},
      {"convert",
       "A value converted to a type, which is written as in a variable's declaration.",
       {{"value", any, kAllowEverything}, {"type", any, kAllowEverything, "A type constraint."}},
       {},
       any,
       {},
       nullptr,
       true,
       Special::kConvert},
      {"type",
       "The type of a value; in the console only.",
       {{"value", any, kAllowEverything}},
       {},
       text,
       {},
       nullptr,
       false,
       Special::kType},
  };
}

}  // namespace language::functions

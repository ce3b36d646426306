# Writes OUT: the texts of STYLE and SCRIPT as plan_page_assets.h declares them.
file(READ ${STYLE} style)
file(READ ${SCRIPT} script)
string(APPEND text "#include \"cli/view/plan_page_assets.h\"\n\nnamespace cli::view {\n\n")
string(APPEND text "const std::string_view kPlanPageStyle = R\"asset(${style})asset\";\n")
string(APPEND text "const std::string_view kPlanPageScript = R\"asset(${script})asset\";\n")
string(APPEND text "\n}  // namespace cli::view\n")
file(WRITE ${OUT} "${text}")

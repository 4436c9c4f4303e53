# Compiles SOURCE twice: as it is (must pass) and with -DMUST_FAIL (must not).
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${INCLUDE} ${SOURCE} RESULT_VARIABLE good ERROR_VARIABLE text)
if(NOT good EQUAL 0)
  message(FATAL_ERROR "the part that must compile does not:\n${text}")
endif()
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -DMUST_FAIL -I${INCLUDE} ${SOURCE} RESULT_VARIABLE bad
  ERROR_QUIET)
if(bad EQUAL 0)
  message(FATAL_ERROR "the part that must not compile does")
endif()

// The image of definitions, as it was written by the build, in read-only data.
  .section .rodata
  .global xl_fhir_definitions
  .balign 64
xl_fhir_definitions:
  .incbin XL_FHIR_DEFINITIONS_FILE
  .byte 0
#if defined(__linux__) && defined(__ELF__)
  .section .note.GNU-stack,"",%progbits
#endif

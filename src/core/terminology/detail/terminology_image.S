// The pack of the R4 package, as it was written by the build, in read-only data.
  .section .rodata
  .global xl_terminology_pack
  .global xl_terminology_pack_end
  .balign 64
xl_terminology_pack:
  .incbin XL_TERMINOLOGY_FILE
xl_terminology_pack_end:
  .byte 0
#if defined(__linux__) && defined(__ELF__)
  .section .note.GNU-stack,"",%progbits
#endif

/** Whether a text shows nothing: no sign at all, or only such as nobody sees (blanks, joiners, marks of direction, fillers). */
export const isBlank = (text: string): boolean => /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(text);

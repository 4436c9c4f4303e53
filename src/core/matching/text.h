// How texts about people are made comparable, and how alike two of them are. Latin letters lose accents and
// case; Han characters become simplified ones and have a reading in pinyin. Pure functions, any thread.
// Jaro-Winkler: Winkler 1990, "String comparator metrics and enhanced decision rules in the Fellegi-Sunter
// model"; the edit distance counts a swap of neighbours as one (optimal string alignment); the sound is a
// relative of Soundex that also codes the first letter, so that Catherine meets Katherine and Zhang Chang.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xinglin::matching {

// Code points; what is no UTF-8 is left out.
std::u32string code_points(std::string_view utf8);
void append_utf8(std::string& out, char32_t c);

bool is_han(char32_t c);
bool has_han(std::string_view utf8);

// Lower case, without accents, full width made half, traditional made simplified; what is no letter or digit
// becomes one space; no space at either end.
std::string plain(std::string_view utf8);
std::string without_spaces(std::string_view text);
std::vector<std::string_view> words(std::string_view text);  // at spaces

// In Latin letters: Han characters by their pinyin without tones, no spaces. The first ones of a family name
// have readings of their own (Shan, not Dan). Takes what plain() gives.
enum class Reading { Word, FamilyName };
std::string latin(std::string_view plain, Reading reading = Reading::Word);
// How many characters of a Han name in one piece are the family name: 2 for Ouyang and the like, else 1.
size_t family_characters(std::u32string_view name);

std::string sound(std::string_view latin);  // up to 5 digits and letters; "" when there is no letter

// 0 (nothing in common) to 1 (equal); both empty: 0. Compares bytes, or characters when they are Han.
double jaro_winkler(std::string_view a, std::string_view b);
// Insert, delete, change or swap of neighbours; counts up to `most` + 1.
int edit_distance(std::string_view a, std::string_view b, int most);
// Of pairs of neighbouring letters those that both have: 2 * common / all.
double dice(std::string_view a, std::string_view b);

}  // namespace xinglin::matching

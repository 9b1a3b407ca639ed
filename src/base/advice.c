/* SPDX-License-Identifier: Apache-2.0
 * advice.c - what a person can do with content that is recognised and not carried out; contract of
 * sk_type_advice in types.h. */
#include "base/types.h"

#include <string.h>

#define ADVICE_TYPES 10u

/* As the pages say it (data/messages: reason.unsupported.next.TYPE). */
static const struct {
    SkType types[ADVICE_TYPES];
    bool converts; /* where there is a converter */
    const char *ja;
    const char *en;
} advice[] = {
    { { SK_TYPE_JTD, SK_TYPE_JTDC },
      false,
      "一太郎文書は無害化できません。一太郎でWord文書（docx）かPDFとして保存し、そのファイルを預け"
      "てください。受け取ったものなら、送り主に頼んでください。",
      "Ichitaro documents cannot be made harmless. Save it as a Word document (docx) or a PDF in "
      "Ichitaro, or ask the sender to, and hand that in." },
    { { SK_TYPE_XDW, SK_TYPE_XBD },
      false,
      "DocuWorks文書は無害化できません。DocuWorksからPDFに書き出し、そのファイルを預けてください。"
      "受け取ったものなら、送り主に頼んでください。",
      "DocuWorks documents cannot be made harmless. Export it as a PDF from DocuWorks, or ask the "
      "sender to, and hand that in." },
    { { SK_TYPE_DXF, SK_TYPE_DWG, SK_TYPE_JWW, SK_TYPE_JWC, SK_TYPE_SFC, SK_TYPE_P21 },
      false,
      "CAD図面は無害化できません。CADソフトからPDFに印刷し、そのファイルを預けてください。編集でき"
      "る図面が必要なときは、情報システム担当に相談してください。",
      "CAD drawings cannot be made harmless. Print it to a PDF from the CAD program and hand that "
      "in. If the drawing has to stay editable, talk to your IT staff." },
    { { SK_TYPE_HWP },
      true,
      "このHWP文書は変換できません。作成したソフトでWord文書（docx）かPDFとして保存し、そのファイル"
      "を預けてください。",
      "This HWP document cannot be converted. Save it as a Word document (docx) or a PDF in the "
      "program that made it, and hand that in." },
    { { SK_TYPE_DOC, SK_TYPE_DOC95, SK_TYPE_RTF },
      true,
      "古い形式の文書を変換する仕組みが、ここでは使えません。Word文書（docx）かPDFとして保存し直し"
      "、そのファイルを預けてください。",
      "There is nothing here to convert this old kind of document with. Save it as a Word document "
      "(docx) or a PDF, and hand that in." },
    { { SK_TYPE_XLS, SK_TYPE_XLS95, SK_TYPE_XLSB },
      true,
      "古い形式のブックを変換する仕組みが、ここでは使えません。Excelブック（xlsx）かPDFとして保存し"
      "直し、そのファイルを預けてください。",
      "There is nothing here to convert this old kind of workbook with. Save it as an Excel "
      "workbook (xlsx) or a PDF, and hand that in." },
    { { SK_TYPE_PPT },
      true,
      "古い形式のスライドを変換する仕組みが、ここでは使えません。PowerPoint（pptx）かPDFとして保存"
      "し直し、そのファイルを預けてください。",
      "There is nothing here to convert this old kind of presentation with. Save it as a "
      "PowerPoint presentation (pptx) or a PDF, and hand that in." },
    { { SK_TYPE_EXE, SK_TYPE_JAVA, SK_TYPE_PACKAGE, SK_TYPE_FLASH },
      false,
      "プログラムやインストーラーは、どの領域の間も通れません。業務に必要なときは、情報システム"
      "担当に相談してください。",
      "Programs and installers do not pass between any zones. If your work needs it, talk "
      "to your IT staff." },
    { { SK_TYPE_SCRIPT, SK_TYPE_SHORTCUT, SK_TYPE_QUERY, SK_TYPE_CHM },
      false,
      "開くと命令や通信を始めるファイルなので、通れません。中の文字が必要なときは、拡張子をtxt"
      "に変えた写しを預けるか、情報システム担当に相談してください。",
      "It would run commands or connect somewhere when opened, so it does not pass. If you "
      "need the words in it, hand in a copy named .txt, or talk to your IT staff." },
    { { SK_TYPE_FONT },
      false,
      "フォント・外字は無害化できません。文書の字形が目的なら、その文書をPDFにして預けてくださ"
      "い。",
      "Fonts cannot be made harmless. If it is about how a document looks, hand in that "
      "document as a PDF." },
    { { SK_TYPE_AUDIO, SK_TYPE_VIDEO },
      false,
      "音声・動画は無害化できません。内容が必要なときは、議事録などの文書にして預けるか、情報シ"
      "ステム担当に相談してください。",
      "Sound and video cannot be made harmless. Hand in what is said as a document, such "
      "as minutes, or talk to your IT staff." },
    { { SK_TYPE_DISK },
      false,
      "ディスクイメージは無害化できません。必要なファイルを中から取り出し、それだけを預けてくだ"
      "さい。",
      "Disk images cannot be made harmless. Take out the files you need and hand in only "
      "those." },
    { { SK_TYPE_DATABASE },
      false,
      "データベースは無害化できません。必要な表をExcelブック（xlsx）かCSVに書き出し、そのファイ"
      "ルを預けてください。",
      "Databases cannot be made harmless. Export the tables you need as an Excel workbook "
      "(xlsx) or CSV, and hand that in." },
    { { SK_TYPE_MAILSTORE },
      false,
      "Outlook専用の形式は無害化できません。必要なメールをeml形式で保存するか、添付ファイルだけ"
      "を預けてください。受け取ったものなら、送り主にテキスト形式かHTML形式で送り直してもらって"
      "ください。",
      "Outlook's own forms cannot be made harmless. Save the messages you need as eml, or "
      "hand in only the attachments; if it was sent to you, ask for it again as plain text "
      "or HTML." },
    { { SK_TYPE_CERTIFICATE, SK_TYPE_KEY, SK_TYPE_SEALED },
      false,
      "証明書・鍵・暗号化されたデータは、中身を確かめて作り直すことができません。元のファイルを"
      "預けるか、鍵や証明書なら情報システム担当に相談してください。",
      "Certificates, keys and encrypted data cannot be looked into and rebuilt. Hand in "
      "the file that is inside, or for keys and certificates talk to your IT staff." },
    { { SK_TYPE_ONENOTE, SK_TYPE_VISIO, SK_TYPE_PUBLISHER, SK_TYPE_PROJECT, SK_TYPE_HANAKO, SK_TYPE_IWORK, SK_TYPE_PS, SK_TYPE_XPS, SK_TYPE_EPUB },
      false,
      "この形式は無害化できません。作成したソフトでPDFとして保存し、そのファイルを預けてくださ"
      "い。受け取ったものなら、送り主に頼んでください。",
      "This kind of file cannot be made harmless. Save it as a PDF in the program that "
      "made it, or ask the sender to, and hand that in." },
    { { SK_TYPE_ARTWORK, SK_TYPE_HEIC, SK_TYPE_JP2, SK_TYPE_RAW, SK_TYPE_DICOM },
      false,
      "この形式の画像は無害化できません。JPEGかPNGとして保存し、そのファイルを預けてください。i"
      "Phoneなら、設定の「カメラ」の「フォーマット」で「互換性優先」を選ぶとJPEGで撮れます。",
      "Pictures of this kind cannot be made harmless. Save it as JPEG or PNG and hand that "
      "in. An iPhone takes JPEG pictures with Settings, Camera, Formats, Most Compatible." },
    { { SK_TYPE_MODEL3D, SK_TYPE_GIS },
      false,
      "3次元データや地図データは無害化できません。見るだけでよければPDFか画像に書き出して預けて"
      "ください。データのまま必要なときは、情報システム担当に相談してください。",
      "3D models and map data cannot be made harmless. If looking at it is enough, hand in "
      "a PDF or picture of it. If the data itself is needed, talk to your IT staff." },
};

const char *
sk_type_advice(SkType type, SkLevel level, const char *language)
{
    bool converting = level != SK_LEVEL_INSPECTED && level != SK_LEVEL_ORIGINAL;

    for (size_t i = 0; i < G_N_ELEMENTS(advice); i++)
        for (size_t k = 0; k < G_N_ELEMENTS(advice[i].types); k++)
            if (type != SK_TYPE_NONE && advice[i].types[k] == type &&
                (converting || !advice[i].converts))
                return strcmp(language, "ja") == 0 ? advice[i].ja : advice[i].en;
    return NULL;
}

bool
sk_type_is_program(SkType type)
{
    static const SkType programs[] = { SK_TYPE_EXE,     SK_TYPE_SCRIPT, SK_TYPE_SHORTCUT,
                                       SK_TYPE_QUERY,   SK_TYPE_JAVA,   SK_TYPE_PACKAGE,
                                       SK_TYPE_FLASH,   SK_TYPE_CHM };

    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
        if (programs[i] == type)
            return true;
    return false;
}

//! The words of the Data station.

words! {
    title: "Data", "数据";
    dialogues: "Dialogues", "对话";
    subtitle: "A model repeats its text. What it will know is on this page.",
        "模型只会重复它读过的文字。它将来知道什么，全在这一页。";
    import: "Import", "导入";
    write: "Write a dialogue", "写一段对话";
    new_set: "New set", "新建一组";
    new_set_name: "my dialogues", "我的对话";
    rename: "Rename", "改名";
    delete_set: "Delete this set", "删除这一组";
    n_dialogues: "{0} dialogues", "{0} 段对话";
    n_texts: "{0} texts", "{0} 篇文字";
    english: "English", "英文";
    chinese: "Chinese", "中文";
    both: "English and Chinese", "中英文";
    by_you: "written by you", "你写的";
    choose_set: "Choose a set", "选择一组数据";

    // Raw beside cleaned.
    as_written: "As written", "原来的样子";
    as_learned: "As learned", "学到的样子";
    n_marks: "{0} changed or removed", "改动或删去 {0} 处";
    no_marks: "nothing to clean", "没有要清理的";
    dialogue_n: "dialogue {0} of {1}", "第 {0} 段，共 {1} 段";
    text_n: "text {0} of {1}", "第 {0} 篇，共 {1} 篇";
    for_validation: "kept aside", "留作检验";
    left_out: "Left out: this dialogue is not learned from.", "不学：这段对话被去掉了。";
    turn_gone: "taken out", "已去掉";
    more_text: "The rest is too long to show here.", "后面太长，这里不显示。";
    previous: "Previous dialogue", "上一段";
    next: "Next dialogue", "下一段";
    edit: "Edit", "修改";
    too_long_to_edit: "Too long to edit here. Edit the file and import it again.", "太长，这里改不了。请在文件里改好再导入。";
    empty: "There is no dialogue here yet.", "这里还没有对话。";
    reading_set: "Reading the set", "正在读取";
    cleaning_set: "Cleaning", "正在清理";

    // Looking for a phrase.
    find: "Find in the data", "在数据里查找";
    n_places: "{0} places in {1} dialogues", "{1} 段对话里有 {0} 处";
    place_n: "place {0} of {1}", "第 {0} 处，共 {1} 处";
    nowhere: "It stands nowhere in this data.", "这份数据里没有这句话。";
    nowhere_reply: "0 places. The model has never read this reply: it put it together itself.",
        "0 处。模型从没读过这句回答，是它自己拼出来的。";
    next_place: "Next place", "下一处";
    previous_place: "Previous place", "上一处";
    which_taught: "Which dialogues taught this?", "哪些对话教会了它这句？";

    // The split.
    split: "Split", "划分";
    split_why: "What is kept aside tests the model on text it never saw.", "留出来的部分，用来拿没见过的文字检验模型。";
    split_own: "This set keeps its own part aside.", "这一组自带检验部分。";
    own_split: "Use its own split", "用自带的划分";
    training: "Training", "训练";
    validation: "Validation", "检验";
    in_both: "{0} stand in both", "两边都有的：{0}";
    nearly_in_both: "{0} nearly", "几乎相同的：{0}";

    // Writing and editing.
    writing: "A new dialogue", "新的对话";
    editing: "Dialogue {0}", "第 {0} 段对话";
    add_turn: "Add a turn", "加一轮";
    remove_turn: "Remove this turn", "删去这一轮";
    swap_role: "Speaker of turn {0}: {1}", "第 {0} 轮的说话人：{1}";
    turn_text: "Turn {0}", "第 {0} 轮";
    what_user_says: "What the user says", "用户说的话";
    what_bot_says: "What the bot replies", "机器人的回答";
    save: "Save", "保存";
    delete: "Delete this dialogue", "删除这段对话";
    copied: "This set ships with Glassbox. Saving makes a copy of your own.", "这一组是自带的。保存时会另存一份你自己的。";
    was_written: "A dialogue was added.", "加了一段对话。";
    was_edited: "A dialogue was changed.", "改了一段对话。";
    was_deleted: "A dialogue was deleted.", "删了一段对话。";
    set_was_deleted: "A set was deleted.", "删了一组数据。";
    undo_last: "Undo the last change to the data", "撤销上一次对数据的改动";

    // Importing.
    import_title: "Import dialogues", "导入对话";
    import_how: "Drop a file here, paste text with Ctrl V, or choose a file.", "把文件拖到这里，用 Ctrl V 粘贴文字，或者选择一个文件。";
    choose_file: "Choose a file", "选择文件";
    form_transcript: "Transcript", "对话稿";
    form_messages: "Chat JSON", "消息 JSON";
    form_sharegpt: "ShareGPT", "ShareGPT";
    form_csv: "CSV", "CSV";
    form_plain: "Plain text", "纯文本";
    form_transcript_is: "Lines that begin with user: or bot:, and a blank line between dialogues.", "每行以“用户：”或“机器人：”开头，两段对话之间空一行。";
    form_messages_is: "One dialogue a line: {\"messages\": [{\"role\": \"user\", \"content\": …}]}", "每行一段对话：{\"messages\": [{\"role\": \"user\", \"content\": …}]}";
    form_sharegpt_is: "{\"conversations\": [{\"from\": \"human\", \"value\": …}]}", "{\"conversations\": [{\"from\": \"human\", \"value\": …}]}";
    form_csv_is: "A table with the columns user,bot or dialogue,role,text.", "表格，列名为 user,bot 或 dialogue,role,text。";
    form_plain_is: "Anything else: texts without speakers, a blank line between them.", "其他文字：没有说话人，两篇之间空一行。";
    reading_file: "Reading {0}", "正在读取 {0}";
    pasted: "the pasted text", "粘贴的文字";
    read_as: "Read as", "读作";
    arrived: "{0} dialogues, {1} turns, from {2} lines", "{2} 行里读到 {0} 段对话、{1} 轮";
    arrived_texts: "{0} texts from {1} lines", "{1} 行里读到 {0} 篇文字";
    nothing_arrived: "No dialogue was found in this form.", "按这种格式没有读到对话。";
    preview: "The first ones", "开头几段";
    report: "Not understood", "没看懂的";
    all_understood: "Every line was understood.", "每一行都看懂了。";
    n_remarks: "{0} lines", "{0} 行";
    line_n: "line {0}", "第 {0} 行";
    fault_no_speaker: "Nobody speaks. Begin it with user: or bot:. Left out.", "没有说话人，请以“用户：”或“机器人：”开头。已略去。";
    fault_twice: "The same speaker twice in a row. Joined to one turn.", "同一个人连说两次，已并成一轮。";
    fault_not_json: "Not a dialogue in JSON. Left out.", "不是 JSON 格式的对话。已略去。";
    fault_other_role: "The role {0} is neither user nor bot. Message left out.", "角色 {0} 既不是用户也不是机器人。已略去这条。";
    fault_no_message: "No message of a user or bot. Dialogue left out.", "没有用户或机器人的话。已略去这段。";
    fault_no_end: "The list has no end. Add ].", "列表没有结尾，请补上 ]。";
    fault_no_head: "No head line. Name the columns user,bot or dialogue,role,text.", "没有表头。请写上列名 user,bot 或 dialogue,role,text。";
    fault_few_columns: "Too few columns. Row left out.", "列数不够。已略去这一行。";
    fault_other_row: "The role is neither user nor bot. Row left out.", "角色既不是用户也不是机器人。已略去这一行。";
    fault_unclosed: "A quotation mark is not closed. Row left out.", "引号没有闭合。已略去这一行。";
    name_of_set: "Name of the set", "这组数据的名字";
    add_to_collection: "Add to the collection", "加入我的数据";
    seconds_left: "about {0} s left", "还要约 {0} 秒";

    // The inspector.
    cleaning: "Cleaning", "清理";
    n_rules: "{0} rules, in this order", "{0} 条规则，按此顺序";
    rule_n: "Rule {0} of {1}", "第 {0} 条，共 {1} 条";
    n_rules_off: "rules off: {0}", "关着 {0} 条";
    all_rules_on: "all rules are on", "全部开着";
    no_rules_on: "all rules are off", "规则全关着";
    changed_by_each: "Dialogues each rule changes", "每条规则改动的对话数";
    rule_effect: "{0} turns changed, {1} removed; {2} characters", "改动 {0} 轮，去掉 {1} 轮；{2} 个字符";
    rule_would: "It is off. It would do this:", "它关着。打开的话会：";
    size: "Size against the model", "数据与模型的大小";
    tokens_to_learn: "Tokens to learn from", "可学的词元";
    numbers_in_model: "Numbers in the model", "模型里的数";
    times_read: "Times each token is read", "每个词元读几遍";
    times_read_is: "What the open model read in its last stage of training, divided by the tokens here.", "打开的模型在最后一个训练阶段读过的词元数，除以这里的词元数。";
    rule_of_thumb: "Large models are given about 20 tokens for each of their numbers. This one would take {0}.",
        "大模型一般给每个数配约 20 个词元。照此算，这个模型要 {0} 个。";
    counted_with: "Counted with the vocabulary of {0}.", "按 {0} 的词表计数。";
    only_different: "Only {0} of {1} are different.", "{1} 段里只有 {0} 段不同。";
    only_different_more: "It will know them by heart. Switch on rule {0} to see what that changes.",
        "它会把重复的背下来。打开第 {0} 条规则看看区别。";
    nothing_left: "Nothing is left to learn from.", "没有可学的了。";
    nothing_left_more: "Write a dialogue, or switch a rule off.", "写一段对话，或者关掉一条规则。";
    shared: "{0} dialogues stand in both parts.", "有 {0} 段对话两边都有。";
    shared_more: "Then it is tested on what it has read. Switch on rule {0}.", "这样就是拿读过的考它。打开第 {0} 条规则。";
    other_data: "The open model learned from {0}.", "打开的模型学的是 {0}。";
    other_data_more: "Nothing on this page has taught it. Train a model on this data, or choose the set it knows.",
        "这一页没教过它。用这份数据训练一个模型，或者选它学过的那一组。";
    set_changed: "This set is no longer what the open model learned from.", "这一组和打开的模型当初学的不一样了。";
    set_changed_more: "Other dialogues are in it, or other rules clean it. Train again to teach what is here now.",
        "对话变了，或者清理规则变了。重新训练，才会学到现在的内容。";
    earlier_edition: "The open model learned from an earlier edition of this set.", "打开的模型学的是这一组较早的版本。";

    // The rules.
    rule_control: "Invisible characters", "看不见的字符";
    rule_control_is: "Characters that nobody sees, and marks of broken encodings, are removed.", "去掉看不见的字符和乱码符号。";
    rule_markup: "Web markup", "网页标记";
    rule_markup_is: "HTML tags become a space, and entities such as &amp; the character they stand for.", "HTML 标签变成空格，&amp; 这样的写法换成它代表的字符。";
    rule_form: "One form of letters", "统一字形";
    rule_form_is: "A letter and its accent become one character; full-width Latin letters and digits become ordinary ones.", "字母和重音合成一个字符；全角的拉丁字母和数字变成半角。";
    rule_links: "Mask links", "遮住网址";
    rule_links_is: "Web addresses become [link].", "网址换成 [link]。";
    rule_mail: "Mask e-mail", "遮住邮箱";
    rule_mail_is: "E-mail addresses become [e-mail].", "邮箱地址换成 [e-mail]。";
    rule_marks: "Single end marks", "合并标点";
    rule_marks_is: "Repeated marks are shortened: ??? becomes ?, and a long row of dots three.", "重复的标点只留一个：？？？变成？；一长串点变成三个。";
    rule_emoji: "Remove emoji", "去掉表情";
    rule_emoji_is: "Emoji are removed.", "去掉表情符号。";
    rule_case: "Lower case", "改成小写";
    rule_case_is: "Capital letters become small ones.", "大写字母变成小写。";
    rule_spaces: "Single spaces", "整理空白";
    rule_spaces_is: "Runs of white space become one space or one line end; none is left at the ends.", "连续的空白合成一个空格或一个换行，首尾不留空白。";
    rule_empty: "Empty turns", "空的话轮";
    rule_empty_is: "A dialogue ends before a turn without text: what follows would answer nothing.", "对话在空的一轮之前结束：后面的话没有对象。";
    rule_long: "Overlong turns", "过长的话轮";
    rule_long_is: "A dialogue ends before a turn of more than 2000 characters.", "对话在超过 2000 字符的一轮之前结束。";
    rule_twice: "Drop repeats", "去掉重复对话";
    rule_twice_is: "Of dialogues that are exactly the same, the first is kept.", "完全相同的对话只留第一段。";

    // The panel at the left, and the presenter.
    about: "What does it read?", "它读什么？";
    about_1: "A model repeats its text, dirt and all. So text is cleaned first: rules work one after the other, and each shows what it changed.",
        "模型会重复它读到的文字，连脏东西一起。所以先要清理：规则一条接一条地做，每条都让你看到它改了什么。";
    about_2: "A dialogue needs turns: who speaks, and who answers. And some of it must be kept aside, to test the model on text it never saw.",
        "对话要有轮次：谁在说，谁在答。还要留出一部分不学，用没见过的文字来检验模型。";
    about_try: "Step through the rules.", "一条一条地走过规则。";
    about_try_more: "Then switch one off and watch the numbers.", "然后关掉一条，看看数字怎么变。";
    caption_written: "This is the text as people wrote it.", "这是人写下的原文。";
    key_dialogues: "Previous, next dialogue", "上一段、下一段对话";
    key_write: "Write a dialogue", "写一段对话";
    key_edit: "Edit the dialogue", "修改这段对话";
    key_find: "Find in the data", "在数据里查找";
    key_undo: "Undo a change to the data", "撤销对数据的改动";
}

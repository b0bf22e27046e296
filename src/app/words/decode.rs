//! The words of the Decode station.

words! {
    title: "Decode", "解码";
    funnel: "Funnel", "漏斗";
    tree: "Tree", "树";
    compare: "Compare", "比较";

    // The panel at the left.
    about_funnel: "The model never picks. The die does.", "模型不做决定，决定的是骰子。";
    about_funnel_1: "All columns start from the same scores (logits). Temperature flattens or sharpens them, top-k and top-p cut the tail, and what is left is stretched until it sums to 1.",
        "每一列都从同样的分数（logit）出发。温度把差距压平或拉大，top-k 和 top-p 切掉尾巴，剩下的再放大到总和为 1。";
    about_funnel_2: "Then one random number between 0 and 1 falls on the bar. Where it lands is the next token.",
        "然后一个 0 到 1 之间的随机数落在长条上，落在哪一段，就写哪个词元。";
    about_funnel_try: "Move the temperature.", "动一动温度。";
    about_funnel_try_more: "The number stays where it is; only the bar moves under it. Does another token win?",
        "随机数不动，动的只是下面的长条。赢的会换成别的词元吗？";

    // The text.
    the_funnel: "The funnel", "漏斗";
    looking_at: "{0}, after {1} steps of training", "{0}，训练了 {1} 步";
    looking_at_tuned: "{0}, tuned from {2} in {1} steps", "{0}，由 {2} 微调 {1} 步而来";
    text_field: "A text for the model to continue, typed or pasted", "让模型接着写的文字，可以打字，也可以粘贴";
    example_chat: "Tell me a story.", "给我讲个故事吧。";
    example_text: "The little fox", "小狐狸";
    no_tokenizer: "This model has no tokenizer, so no text can be read.", "这个模型没有分词器，读不了文字。";
    text_so_far: "The text so far", "目前的文字";
    next_place: "What comes next is chosen here", "这里要选下一个词元";
    branch_n: "Branch {0} of {1}", "分支 {0} / {1}";
    previous_branch: "To the previous branch", "到上一个分支";
    next_branch: "To the next branch", "到下一个分支";
    colour: "Colour", "颜色";
    colour_is: "Colour: {0}", "颜色：{0}";
    plain: "plain", "无";
    by_probability: "probability", "概率";
    by_rank: "rank", "名次";
    by_entropy: "entropy", "熵";
    by_surprise: "surprise", "意外程度";
    surprise_above: "Tokens: {0}, {1} nats each on average: further off than a guess among all {2}", "{0} 个词元，平均每个 {1} 奈特：比在全部 {2} 个里瞎猜还差";
    surprise_of: "Tokens: {0}, {1} nats each on average: as unsure as among {2} (perplexity)",
        "{0} 个词元，平均每个 {1} 奈特：相当于在 {2} 个之间犹豫（困惑度）";
    token_facts: "probability {0}, rank {1}, entropy {2} bits, surprise {3} nats",
        "概率 {0}，名次 {1}，熵 {2} 比特，意外程度 {3} 奈特";

    // The controls.
    top_k: "Top-k", "Top-k";
    top_p: "Top-p", "Top-p";
    min_p: "Min-p", "Min-p";
    repetition_penalty: "Repetition penalty", "重复惩罚";
    all: "all", "全部";
    off: "off", "关";
    more: "More", "更多";
    less: "Less", "收起";
    seed: "Seed", "种子";
    another_seed: "Another seed", "换一个种子";

    // The columns.
    candidate: "Candidate", "候选";
    n_shown: "{0} of {1}", "{0} / {1}";
    logit: "Logit", "Logit";
    what_it_says: "what the model says", "模型给出的分数";
    bars_from: "bars begin at {0}", "横条从 {0} 开始";
    after_penalty: "Repetition {0}", "重复惩罚 {0}";
    seen_lowered: "what was used is lowered", "用过的降分";
    over_temperature: "÷ temperature", "÷ 温度";
    bolder: "{0} flattens the gaps", "{0} 把差距压平";
    sharper: "{0} widens the gaps", "{0} 把差距拉大";
    unchanged: "1 changes nothing", "1 什么也不变";
    top_k_is: "Top-k {0}", "Top-k {0}";
    share: "Share", "份额";
    share_of: "share of the {0}", "在 {0} 个中的份额";
    share_of_all: "share of all", "在全部中的份额";
    sum: "sum", "累计";
    top_p_is: "Top-p {0}", "Top-p {0}";
    min_p_is: "Min-p {0}", "Min-p {0}";
    what_is_left: "What is left", "剩下的";
    stretched: "stretched to sum to 1", "放大到总和为 1";
    k_line: "k = {0}", "k = {0}";
    p_line: "sum ≥ {0}", "累计 ≥ {0}";
    min_p_line: "below {0} of the best", "不到第一名的 {0}";
    cut_by_top_k: "cut by top-k", "被 top-k 切掉";
    cut_by_top_p: "cut by top-p", "被 top-p 切掉";
    cut_by_min_p: "cut by min-p", "被 min-p 切掉";
    more_cut: "… and {0} more, never shown to the die", "……还有 {0} 个，骰子见不到它们";
    more_stay: "… and {0} more in the draw", "……还有 {0} 个参加抽取";
    more_both: "… and {0} more in the draw, {1} cut", "……还有 {0} 个参加抽取，{1} 个被切掉";
    row_says: "{0}, rank {1}: logit {2}, after temperature {3}, share {4}, sum {5}, left {6}",
        "{0}，名次 {1}：logit {2}，除以温度后 {3}，份额 {4}，累计 {5}，剩下 {6}";
    row_covered: "{0}, rank {1}: logit {2}, after temperature {3}",
        "{0}，名次 {1}：logit {2}，除以温度后 {3}";
    row_cut: "{0}, rank {1}: logit {2}, after temperature {3}, {4}",
        "{0}，名次 {1}：logit {2}，除以温度后 {3}，{4}";

    // The die.
    the_die: "The die", "骰子";
    roll_die: "Roll the die", "掷骰子";
    lands_on: "lands on", "落在";
    die_says: "The die: {0} lands on {1}", "骰子：{0} 落在 {1}";
    drawn_from: "seed {0} · draw {1}", "种子 {0} · 第 {1} 次抽取";
    drawn_again: "seed {0} · draw {1} · roll {2}", "种子 {0} · 第 {1} 次抽取 · 第 {2} 掷";
    others: "{0} more", "另外 {0} 个";

    // The inspector.
    candidate_is: "Candidate · {0}", "候选 · {0}";
    likely_chosen: "Likely, and chosen", "很可能，也选中了";
    unlikely_chosen: "Unlikely, and chosen", "不太可能，却选中了";
    likely_missed: "Likely, but not chosen", "很可能，但没选中";
    unlikely_missed: "Unlikely, and not chosen", "不太可能，也没选中";
    cannot_be_chosen: "Cut, so it cannot be chosen", "被切掉了，不可能选中";
    at_temperature_one: "Probability at temperature 1", "温度为 1 时的概率";
    after_temperature: "After temperature", "除以温度后";
    penalised: "After the repetition penalty", "重复惩罚后";
    after_cuts: "After all cuts", "全部切完后";
    id: "Id", "编号";
    its_surprise: "Surprise", "意外程度";
    rolled: "Rolled {0} times", "掷了 {0} 次";
    counted: "Counted, not computed: the line is the probability. Roll more, and they meet.",
        "这是数出来的，不是算出来的；竖线是概率。掷得越多，两者越接近。";
    roll_again: "Roll again", "再掷一次";
    roll_often: "Roll 1 000 times", "掷 1 000 次";
    branch_here: "Branch here", "在这里分支";
    append: "Take this one", "就选它";
    nothing_yet: "Nothing to choose from yet", "还没有可选的";
    nothing_yet_more: "Type a text above. What could come next will stand here.", "在上面写点文字，这里会列出接下来可能是什么。";
    open_in_decode: "Open in Decode", "在解码中打开";

    // The transport and the caption.
    choosing: "choosing", "选择中";
    nth_token: "Token {0}", "第 {0} 个词元";
    context_is: "context {0} of {1}", "上下文 {0} / {1}";
    caption: "Of {0} tokens {1} can be drawn. The die lands on {2}.", "{0} 个词元里有 {1} 个参加抽取，骰子落在{2}上。";

    // Keys.
    key_candidate: "Choose a candidate", "选候选词元";
    key_take: "Take a token back, append one", "退回、接上一个词元";
    key_branch: "Branch here", "在这里分支";
    key_switch: "Switch branches", "切换分支";
    key_roll: "Roll again; 1 000 times with Shift", "再掷一次；按住 Shift 掷 1 000 次";
    key_colour: "Colour of the text", "文字的颜色";
}

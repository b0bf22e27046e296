//! The words of the Tune station.

words! {
    title: "Tune", "微调";

    // The panel at the left.
    about: "Teach it another manner", "让它换一种说话方式";
    about_1: "Fine-tuning goes on from a model that can talk already. It learns from a few dialogues, and only what the bot says in them counts.",
        "微调是在一个会说话的模型上接着学。它只读一小批对话，而且只有机器人说的话才算数。";
    about_2: "Something new is gained, and something old may be lost. Both are measured here, before and after.",
        "学到新的，也可能忘掉旧的。这里把前后都量一遍。";
    about_try: "Tune it on the captain.", "用“船长”来微调。";
    about_try_more: "Then ask it something that no captain would know.", "然后问它一件船长不会知道的事。";

    // Before a run.
    choose: "What should it become?", "想让它变成什么样？";
    choose_subtitle: "A base that can talk, some dialogues, and how much of it may move.",
        "一个会说话的底子，一批对话，再定下它能动多少。";
    base: "Begin with", "从哪个模型开始";
    open_now: "{0}, as it is open now", "{0}（现在打开的）";
    moment: "{0}, step {1}", "{0}，第 {1} 步";
    cannot_chat: "This model has no tokens for the roles, so it cannot learn replies. Choose another one.",
        "这个模型没有角色词元，学不了回答。换一个吧。";
    dialogues: "Dialogues", "对话";
    from_data: "{0}, as it is cleaned in Data", "{0}（按“数据”里的清洗）";
    method: "Method", "方法";
    all_weights: "All weights", "全部权重";
    lora: "LoRA", "LoRA";
    full_why: "Every number may move. It learns fast, and forgets fast.", "每个数都能动，学得快，忘得也快。";
    lora_why: "The matrices rest; each gets a thin correction, B times A.", "原来的矩阵不动，每个加上一条窄窄的修正：B 乘 A。";
    frozen: "frozen", "不动";
    rank_wide: "{0} wide: rank", "宽 {0}：秩";
    rank: "Rank", "秩";
    targets: "Added to", "加在";
    target_qkv: "Queries, keys, values", "查询、键、值";
    target_output: "Attention's output", "注意力的输出";
    target_up: "Into the MLP", "进 MLP";
    target_down: "Out of the MLP", "出 MLP";
    learns: "Numbers that learn", "要学的数";
    out_of: "Out of", "总共";
    share: "Share", "占比";
    mix: "Old dialogues mixed in", "掺入旧对话";
    begin: "Begin tuning", "开始微调";
    earlier: "Earlier tuning runs", "以前的微调";
    no_runs: "No tuning run has been kept yet.", "还没有保存的微调。";
    go_back_to: "Back to the run", "回到这次微调";

    // While it runs.
    heading: "Fine-tuning: {0}", "微调：{0}";
    subtitle: "Begins with {0}. Only what the bot says counts in the loss.", "从 {0} 开始。只有机器人说的话计入损失。";
    learn: "Learn", "学习";
    compare: "Compare", "比较";
    history: "Runs", "历次微调";
    what_counts: "What counts", "什么算数";
    loss_of_token: "loss of this token", "这个词元的损失";
    counts: "counts", "算数";
    does_not_count: "does not count", "不算数";
    token_counts: "{0}: loss {1}", "{0}：损失 {1}";
    token_does_not: "{0}: does not count", "{0}：不算数";
    same_prompt: "Same prompt, before and after", "同一句话，微调前后";
    before: "before", "之前";
    after: "after", "之后";
    other_prompt: "Another prompt", "换一句";
    chance: "{0}: {1} before, {2} after", "{0}：之前 {1}，之后 {2}";
    chance_why: "Probability of each token of the new reply. Before tuning it said: “{0}”",
        "新回答里每个词元的概率。微调前它说：“{0}”";
    same_reply: "Probability of each token of the reply. It is the same as before tuning.",
        "回答里每个词元的概率。这句回答和微调前一样。";
    more_tokens: "and {0} more", "还有 {0} 个";
    gained: "Gained and forgotten", "学到的和忘掉的";
    gained_why: "The base and the tuned model, on the same texts and questions.", "底子和微调后的模型，做同样的文字和题目。";
    weighing: "Measuring…", "正在量……";
    loss_lower: "Loss: lower is better", "损失：越低越好";
    share_higher: "Share: higher is better", "占比：越高越好";
    new_loss: "{0}: its replies", "{0}：它的回答";
    old_loss: "{0}: old texts", "{0}：旧文字";
    answers: "{0}: right answers", "{0}：答对的题";
    marks: "{0}: in its manner", "{0}：有这种腔调";
    test_name: "{0}: {1} before, {2} after", "{0}：之前 {1}，之后 {2}";
    of_tokens: "measured on {0} tokens", "在 {0} 个词元上量的";
    of_questions: "{0} questions", "{0} 道题";
    moved: "Which weights moved", "哪些权重动了";
    moved_scale: "Change against size, %", "变化占大小的百分比";
    moved_cell: "{0}, {1}: {2} %", "{0}，{1}：{2} %";
    rests: "{0}, {1}: did not move", "{0}，{1}：没有动";
    part_out: "out", "输出";
    part_up: "up", "上";
    part_down: "down", "下";
    moved_most: "Most moved: {0} in {1}", "动得最多：{1} 的{0}";
    all_rest: "Nothing has moved yet.", "还什么都没动。";
    frozen_dashed: "Dashed: frozen.", "虚线：不动。";
    token_vectors: "Token vectors {0} %, positions {1} %", "词元向量 {0} %，位置 {1} %";

    // Side by side.
    try_it: "Ask both", "问问两边";
    try_hint: "Say something to both models", "对两个模型说句话";
    difference: "How much likelier each token became", "每个词元的概率变了多少";
    said: "{0} said", "{0}说";
    base_model: "Base", "底子";
    tuned_model: "Tuned", "微调后";
    difference_of: "{0}: probability {1}", "{0}：概率 {1}";

    // The inspector.
    loss_counted: "Loss on counted tokens", "算数词元的损失";
    validation: "on dialogues kept back", "在留出的对话上";
    worse: "{0} got worse.", "{0}变差了。";
    worse_what: "Mix in some of the old dialogues to keep it.", "掺一些旧对话，就不容易忘。";
    mix_in: "Tune again, 20 % old", "掺 20 % 旧对话重来";
    ignore: "Ignore", "不管它";
    talk: "Talk to it", "和它聊聊";
    look_in_model: "Beside its base in Model", "在“模型”里和底子对照";
    new_run: "Another run…", "再来一次……";
    save_as: "Save as a model", "存成模型";
    model_name: "Name of the model", "模型的名字";
    save: "Save", "保存";
    saved: "Saved. It stands in the list of models at the top.", "已保存，在顶上的模型列表里。";
    not_kept: "Nothing is kept on this machine, so it cannot be saved.", "这台机器上没有存放的地方，没法保存。";
    own_models: "Yours", "你的模型";
    not_begun: "No tuning run yet", "还没有微调";
}
